// What depends on a parameter in ways that YAML cannot say.

const NOTHING = {}

/** The working bucket's name: the one that was given, or one that the stack makes and nobody else can have. */
exports.bucket = async ({ resolveVariable }) =>
  (await resolveVariable('param:bucket')) ||
  `groundwork-${await resolveVariable('sls:stage')}-$\{AWS::AccountId}-$\{AWS::Region}`

/** The bucket with all that belongs to it, unless one was given. */
exports.bucketResources = async ({ resolveVariable }) =>
  (await resolveVariable('param:bucket')) ? NOTHING : resolveVariable('file(deploy/bucket.yml)')

/** Where alarms go besides the topic, if anywhere. */
exports.subscription = async ({ resolveVariable }) =>
  (await resolveVariable('param:alarmEmail')) ? resolveVariable('file(deploy/subscription.yml)') : NOTHING

const AUTHORIZATIONS = ['token', 'iam']

/** @throws Error for a way to tell callers apart that there is not */
const authorizationOf = async (resolveVariable) => {
  const given = await resolveVariable('param:authorization')
  if (AUTHORIZATIONS.includes(given)) return given
  throw new Error(`authorization: "${given}" is neither ${AUTHORIZATIONS.join(' nor ')}`)
}

/** Who asks whether a caller may, on every endpoint that has a scope: IAM, or nobody, which leaves it to the functions. */
exports.authorizer = async ({ resolveVariable }) =>
  (await authorizationOf(resolveVariable)) === 'iam' ? { type: 'aws_iam' } : ''

const readEvent = ({ httpApi }) => (typeof httpApi === 'string' ? httpApi.startsWith('GET ') : httpApi.method === 'GET')
const headEvent = ({ httpApi }) => ({
  httpApi: typeof httpApi === 'string' ? httpApi.replace('GET', 'HEAD') : { ...httpApi, method: 'HEAD' },
})

/**
 * The endpoints: each GET answers HEAD too, which an HTTP API does not see to, and where it is the functions that tell
 * who may, those that ask look up tokens.
 */
exports.endpoints = async ({ resolveVariable }) => {
  const functions = await resolveVariable('file(deploy/endpoints.yml)')
  const isByToken = (await authorizationOf(resolveVariable)) === 'token'
  const asks = ({ httpApi }) => isByToken && (httpApi === '*' || httpApi.authorizer !== undefined)
  const completed = ({ events, iamRoleStatements, ...rest }) => ({
    ...rest,
    events: [...events, ...events.filter(readEvent).map(headEvent)],
    iamRoleStatements: [...(events.some(asks) ? [`$\{self:custom.may.readTokens}`] : []), ...iamRoleStatements],
  })
  return Object.fromEntries(Object.entries(functions).map(([name, declared]) => [name, completed(declared)]))
}

const listed = (text) =>
  String(text)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** The source buckets, and all objects in them, as roles name them. */
exports.sources = async ({ resolveVariable }) => {
  const buckets = listed(await resolveVariable('param:sourceBuckets'))
  const arn = (resource) => ({ 'Fn::Sub': `arn:$\{AWS::Partition}:s3:::${resource}` })
  return { buckets: buckets.map(arn), objects: buckets.map((name) => arn(`${name}/*`)) }
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/

/**
 * The roles that labeling jobs may run with, the stack's own first: as roles name them, and as functions are told them.
 * @throws Error for what is not the ARN of a role, such as one that stands for many
 */
exports.labelingRoles = async ({ resolveVariable }) => {
  const given = listed(await resolveVariable('param:labelingRoles'))
  const wrong = given.find((arn) => !ROLE_ARN.test(arn))
  if (wrong !== undefined) throw new Error(`labelingRoles: "${wrong}" is not the ARN of a role`)
  const arns = [{ 'Fn::GetAtt': ['LabelingRole', 'Arn'] }, ...given]
  return { arns, list: { 'Fn::Join': [',', arns] } }
}
