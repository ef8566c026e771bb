import { ACCOUNT, REGION } from './gateway/lambda-context.ts'
import type { QueueUrls } from './sqs/queues.ts'

/** Variables to set; undefined for those to take away. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Addresses of the servers that functions call. */
export interface Servers {
  readonly s3: string
  readonly sqs: string
  /** Without it, none of them has to do with labeling jobs. */
  readonly labeling?: string
}

/** Servers that run already, by the variables that the AWS SDK reads too; the others have to be started. */
export const givenServers = (environment: Environment) => ({
  s3: environment.AWS_ENDPOINT_URL_S3 || undefined,
  sqs: environment.AWS_ENDPOINT_URL_SQS || undefined,
  labeling: environment.AWS_ENDPOINT_URL_SAGEMAKER || undefined,
})

/**
 * Region and credentials. Servers of our own take any, so a caller's real ones stay out of it; for servers that were
 * given they are what is set, and made up only where nothing is.
 */
export function awsEnvironment(environment: Environment): Environment {
  const region = { AWS_REGION: REGION, AWS_EC2_METADATA_DISABLED: 'true' }
  const madeUp = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }
  const isOurs = Object.values(givenServers(environment)).every((url) => url === undefined)
  if (isOurs) return { ...region, ...madeUp, AWS_SESSION_TOKEN: undefined, AWS_PROFILE: undefined }
  return environment.AWS_ACCESS_KEY_ID || environment.AWS_PROFILE ? region : { ...region, ...madeUp }
}

/** What a deployment tells its functions, said for functions on this machine. */
export const functionEnvironment = (servers: Servers, bucket: string, queues: QueueUrls): Environment => ({
  AWS_ENDPOINT_URL_S3: servers.s3,
  AWS_ENDPOINT_URL_SQS: servers.sqs,
  AWS_ENDPOINT_URL_SAGEMAKER: servers.labeling,
  GROUNDWORK_ACCOUNT: ACCOUNT,
  GROUNDWORK_LABELING_ROLES: `arn:aws:iam::${ACCOUNT}:role/groundwork-labeling`,
  GROUNDWORK_BUCKET: bucket,
  GROUNDWORK_TASKS_QUEUE_URL: queues.tasks,
  GROUNDWORK_CHUNKS_QUEUE_URL: queues.chunks,
  GROUNDWORK_TEST_IMAGES_QUEUE_URL: queues['test-images'],
  GROUNDWORK_EVENTS_QUEUE_URL: queues.events,
  GROUNDWORK_DELIVERIES_QUEUE_URL: queues.deliveries,
  GROUNDWORK_SOURCE_BUCKETS: '*',
  GROUNDWORK_ALLOW_LOOPBACK: 'true',
  GROUNDWORK_AUTHORIZATION: 'token',
})

/** Sets this process's environment. */
export function setEnvironment(values: Environment): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}
