import { S3Client } from '@aws-sdk/client-s3'
import { LOCAL_SERVICES } from '../shared/platform/config.ts'
import type { Credentials } from './credentials.ts'
import { type ExternalServers, externalServers } from './external/servers.ts'
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

/**
 * Returns the region for the AWS SDK, and keeps the credentials of the caller for the servers that the environment names,
 * in whatever way the SDK finds them. If all servers are emulated, it removes them. The region is absent if a server is
 * named and the environment has none, as it may be that of a profile.
 */
export function awsEnvironment(environment: Environment): Environment {
  const metadata = { AWS_EC2_METADATA_DISABLED: environment.AWS_EC2_METADATA_DISABLED || 'true' }
  if (Object.keys(externalServers(environment)).length > 0) {
    const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || undefined
    return { ...metadata, ...(region && { AWS_REGION: region }) }
  }
  return {
    ...metadata,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
  }
}

/**
 * Returns the variables that give clients the keys of the emulators. Clients of external servers use the credentials that
 * the AWS SDK finds; without an external server, it finds the keys of the emulators.
 */
export function keyEnvironment(
  { accessKeyId, secretAccessKey }: Credentials,
  external: ExternalServers = {},
): Environment {
  const isExternal = { s3: external.s3, sqs: external.sqs, sagemaker: external.labeling }
  const emulated = LOCAL_SERVICES.filter((service) => !isExternal[service])
  return {
    GROUNDWORK_LOCAL_KEYS: `${accessKeyId}:${secretAccessKey}`,
    GROUNDWORK_LOCAL_SERVICES: emulated.join(','),
    ...(emulated.length === LOCAL_SERVICES.length && {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }),
  }
}

/** Sets the region in the environment of this process, removes credentials that no server gets, and returns the region. */
export async function setAwsEnvironment(): Promise<string> {
  setEnvironment(awsEnvironment(process.env))
  const region = process.env.AWS_REGION || (await readProfileRegion()) || REGION
  setEnvironment({ AWS_REGION: region })
  return region
}

/** Returns the region of the caller's profile, if it has one. */
async function readProfileRegion(): Promise<string | undefined> {
  const client = new S3Client()
  try {
    return await client.config.region().catch(() => undefined)
  } finally {
    client.destroy()
  }
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
