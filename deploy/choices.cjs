// Values that depend on parameters in ways that YAML cannot express.

const NOTHING = {}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** Names become parts of policies, where `*` would grant more than is meant. @throws Error naming the parameter */
const checkBucket = (parameter, name) => {
  if (!BUCKET.test(name)) throw new Error(`${parameter}: "${name}" is not the name of a bucket`)
  return name
}

/**
 * The name of the working bucket: the parameter, or a globally unique name for the bucket of this stack.
 * @throws Error for text that is not the name of a bucket
 */
exports.bucket = async ({ resolveVariable }) => {
  const given = await resolveVariable('param:bucket')
  if (given) return checkBucket('bucket', given)
  return `groundwork-${await resolveVariable('sls:stage')}-$\{AWS::AccountId}-$\{AWS::Region}`
}

/** The same rule as in shared/platform/config.ts, which cannot be imported here. */
const DATA_PREFIX = /^(?!system\/)(?:(?!\.{1,2}\/)[a-zA-Z0-9!_.'()-]+\/)+$/

/**
 * The data prefix. Policies of functions and of labeling jobs grant what is below it, so it must not contain a wildcard,
 * nor lie in `system/`, which holds secrets.
 * @throws Error for another text
 */
exports.dataPrefix = async ({ resolveVariable }) => {
  const given = await resolveVariable('param:dataPrefix')
  if (DATA_PREFIX.test(given)) return given
  const rule = "letters, digits and any of !_.'()- in one or more folders, with a slash at the end, such as data/"
  throw new Error(`dataPrefix: "${given}" must be ${rule}, and not below system/`)
}

/**
 * The address that links of webhooks and workers begin with: the parameter without a slash at its end, or the address that
 * API Gateway gives the API.
 * @throws Error for another text than an address that starts with https://
 */
exports.apiUrl = async ({ resolveVariable }) => {
  const given = await resolveVariable('param:apiUrl')
  if (!given) return { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] }
  const url = URL.canParse(given) ? new URL(given) : undefined
  const isPlain = url?.protocol === 'https:' && url.href.replace(/\/$/, '') === given.replace(/\/$/, '')
  if (isPlain && !/[?#@]/.test(given)) return given.replace(/\/$/, '')
  throw new Error(`apiUrl: "${given}" must be an address such as https://api.example.com, without query or fragment`)
}

/** The resources of the bucket, unless an existing bucket is used. */
exports.bucketResources = async ({ resolveVariable }) =>
  (await resolveVariable('param:bucket')) ? NOTHING : resolveVariable('file(deploy/bucket.yml)')

/** The email subscription of the alarm topic, if there is an address. */
exports.subscription = async ({ resolveVariable }) =>
  (await resolveVariable('param:alarmEmail')) ? resolveVariable('file(deploy/subscription.yml)') : NOTHING

const AUTHORIZATIONS = ['token', 'iam']

/** Returns the parameter `authorization`. @throws Error when it is not one of the allowed values */
const readAuthorization = async (resolveVariable) => {
  const given = await resolveVariable('param:authorization')
  if (AUTHORIZATIONS.includes(given)) return given
  throw new Error(`authorization must be ${AUTHORIZATIONS.join(' or ')}, not "${given}"`)
}

/**
 * The authorizer of endpoints with a scope: IAM, or none when the functions check bearer tokens themselves. Endpoints of
 * workers have none in either case.
 */
exports.authorizer = async ({ resolveVariable }) =>
  (await readAuthorization(resolveVariable)) === 'iam' ? { type: 'aws_iam' } : ''

const PAGES = ['on', 'off']

/** Returns the parameter `pages`: on or off. @throws Error when it is not one of the allowed values */
const readPages = async (resolveVariable) => {
  const given = await resolveVariable('param:pages')
  if (PAGES.includes(given)) return given
  throw new Error(`pages must be ${PAGES.join(' or ')}, not "${given}"`)
}
exports.pages = ({ resolveVariable }) => readPages(resolveVariable)

/** The generated functions of the endpoints, without those of the API documentation when it is not wanted. */
const listEndpoints = async (resolveVariable) => {
  const functions = Object.entries(await resolveVariable('file(deploy/generated/endpoints.json)'))
  if ((await readPages(resolveVariable)) === 'on') return functions
  const routes = await resolveVariable('file(shared/contracts/routes.json)')
  const pages = new Set(routes.flatMap(({ path, isPage }) => (isPage ? [path] : [])))
  return functions.filter(([, { events }]) => !events.some(({ httpApi }) => pages.has(httpApi.path)))
}

/** Whether anyone can call an endpoint: it has no authorizer, whichever the deployment has. */
const isOpen = ({ httpApi }) => httpApi === '*' || httpApi.authorizer === undefined

/** Whether an endpoint is called by workers: it checks their sessions, and tells tokens from unknown ones. */
const isForWorkers = ({ httpApi }) => httpApi.authorizer === ''

/**
 * The functions of the endpoints. Adds the permission to read bearer tokens for each function that checks them.
 */
exports.endpoints = async ({ resolveVariable }) => {
  const functions = await listEndpoints(resolveVariable)
  const isByToken = (await readAuthorization(resolveVariable)) === 'token'
  const authenticates = ({ httpApi }) =>
    isForWorkers({ httpApi }) || (isByToken && (httpApi === '*' || httpApi.authorizer !== undefined))
  const complete = ({ iamRoleStatements, ...rest }) => ({
    ...rest,
    iamRoleStatements: [
      ...(rest.events.some(authenticates) ? [`$\{self:custom.may.readTokens}`] : []),
      ...iamRoleStatements,
    ],
  })
  return Object.fromEntries(functions.map(([name, declared]) => [name, complete(declared)]))
}

/** Returns a limit as a number: CloudFormation converts no text in route settings. @throws Error when it is below 1 */
const readLimit = async (resolveVariable, variable) => {
  const given = await resolveVariable(variable)
  if (Number.isInteger(Number(given)) && Number(given) >= 1) return Number(given)
  throw new Error(`${variable.replace('param:', '')} must be a whole number of at least 1, not "${given}"`)
}

/** A page whose script is refused stays empty, and a whole class of workers may open it at once. */
const PAGE_FACTOR = 10

/**
 * The limits of each route that anyone can call, by route key such as `ANY /health`. Those of web pages are ten times as
 * high.
 */
exports.openRouteSettings = async ({ resolveVariable }) => {
  const rate = await readLimit(resolveVariable, 'param:openRequestsPerSecond')
  const burst = await readLimit(resolveVariable, 'param:openRequestBurst')
  const limit = (factor) => ({ ThrottlingRateLimit: factor * rate, ThrottlingBurstLimit: factor * burst })
  const routes = (await listEndpoints(resolveVariable)).flatMap(([name, { events }]) =>
    events.filter(isOpen).map(({ httpApi }) => ({ name, httpApi })),
  )
  const toKey = ({ httpApi }) => (httpApi === '*' ? '$default' : `${httpApi.method} ${httpApi.path}`)
  return Object.fromEntries(routes.map((one) => [toKey(one), limit(one.name === 'pages' ? PAGE_FACTOR : 1)]))
}

/** The ARNs of the EventBridge rules, which may send events that they cannot deliver to the queue undeliverable. */
exports.ruleArns = async ({ resolveVariable }) => {
  const functions = Object.values(await resolveVariable('file(deploy/generated/workers.json)'))
  const rules = functions.flatMap(({ events }) => events.flatMap(({ eventBridge }) => eventBridge ?? []))
  const prefix = `arn:$\{AWS::Partition}:events:$\{AWS::Region}:$\{AWS::AccountId}:rule/`
  return rules.map(({ name }) => ({ 'Fn::Sub': `${prefix}${name}` }))
}

const splitList = (text) =>
  String(text)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** The ARNs of the source buckets and of their objects. @throws Error for text that is not the name of a bucket */
exports.sources = async ({ resolveVariable }) => {
  const buckets = splitList(await resolveVariable('param:sourceBuckets'))
  for (const name of buckets) checkBucket('sourceBuckets', name)
  const arn = (resource) => ({ 'Fn::Sub': `arn:$\{AWS::Partition}:s3:::${resource}` })
  return { buckets: buckets.map(arn), objects: buckets.map((name) => arn(`${name}/*`)) }
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/

/**
 * The roles that labeling jobs may run with, the stack's own first: as a list of ARNs for policies, and comma-separated
 * for the environment of functions.
 * @throws Error for text that is not the ARN of a role, such as one with a wildcard
 */
exports.labelingRoles = async ({ resolveVariable }) => {
  const given = splitList(await resolveVariable('param:labelingRoles'))
  const invalid = given.find((arn) => !ROLE_ARN.test(arn))
  if (invalid !== undefined) throw new Error(`labelingRoles: "${invalid}" is not the ARN of a role`)
  const arns = [{ 'Fn::GetAtt': ['LabelingRole', 'Arn'] }, ...given]
  return { arns, list: { 'Fn::Join': [',', arns] } }
}
