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

/** The source buckets, and all objects in them, as roles name them. */
exports.sources = async ({ resolveVariable }) => {
  const names = String(await resolveVariable('param:sourceBuckets')).split(',')
  const buckets = names.map((name) => name.trim()).filter((name) => name !== '')
  const arn = (resource) => ({ 'Fn::Sub': `arn:$\{AWS::Partition}:s3:::${resource}` })
  return { buckets: buckets.map(arn), objects: buckets.map((name) => arn(`${name}/*`)) }
}
