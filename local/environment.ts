import { ACCOUNT, REGION } from './gateway/lambda-context.ts'
import type { QueueUrls } from './sqs/queues.ts'

/** Environment variables; `undefined` removes a variable. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Endpoints that the functions call. */
export interface ServerUrls {
  readonly s3: string
  readonly sqs: string
  /** Omit it if no function uses labeling jobs. */
  readonly labeling?: string
}

/** Returns the endpoints that the environment configures, in the variables of the AWS SDK. The stack emulates the others. */
export const externalServers = (environment: Environment) => ({
  s3: environment.AWS_ENDPOINT_URL_S3 || undefined,
  sqs: environment.AWS_ENDPOINT_URL_SQS || undefined,
  labeling: environment.AWS_ENDPOINT_URL_SAGEMAKER || undefined,
})

/**
 * Returns region and credentials for the AWS SDK. Emulators accept any credentials, so they get placeholders and never
 * the caller's. External servers get the caller's credentials, or placeholders if none are set.
 */
export function awsEnvironment(environment: Environment): Environment {
  const region = { AWS_REGION: REGION, AWS_EC2_METADATA_DISABLED: 'true' }
  const placeholders = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }
  const isEmulated = Object.values(externalServers(environment)).every((url) => url === undefined)
  if (isEmulated) return { ...region, ...placeholders, AWS_SESSION_TOKEN: undefined, AWS_PROFILE: undefined }
  return environment.AWS_ACCESS_KEY_ID || environment.AWS_PROFILE ? region : { ...region, ...placeholders }
}

/** Returns the variables that a deployment sets for its functions, with local values. */
export const functionEnvironment = (servers: ServerUrls, bucket: string, queues: QueueUrls): Environment => ({
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

/** Sets variables in the environment of this process. */
export function setEnvironment(values: Environment): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}
