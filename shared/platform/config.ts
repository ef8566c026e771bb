import * as z from 'zod'

const List = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

/**
 * What can be done on an S3 server that ignores a condition of CopyObject, of DeleteObjects, or the `If-Match` of
 * CompleteMultipartUpload. Each costs a request for each object, and is not atomic. S3 itself needs none.
 */
const S3_WORKAROUNDS = ['look-before-copy', 'look-before-complete', 'delete-one-by-one'] as const
export type S3Workaround = (typeof S3_WORKAROUNDS)[number]

/** The services of AWS that have an emulator on one machine. */
export const LOCAL_SERVICES = ['s3', 'sqs', 'sagemaker'] as const
export type LocalService = (typeof LOCAL_SERVICES)[number]

/** Whether text is an origin as browsers send it, without path and trailing slash, or `*`. */
const isOrigin = (text: string): boolean => text === '*' || /^https?:\/\/[^/?#@\s]+$/.test(text)

/** With the longest names of a batch and a job behind it, far less than the 1,024 bytes of a key. */
const MAX_PREFIX_CHARACTERS = 200

/**
 * Policies grant what is below the prefix, so it has no wildcard, and does not lie in the folder of secrets. SDKs resolve
 * `.` and `..`. deploy/choices.cjs has the same rule.
 */
const DATA_PREFIX = /^(?!system\/)(?:(?!\.{1,2}\/)[a-zA-Z0-9!_.'()-]+\/)+$/

export const Environment = z.object({
  AWS_REGION: z.string().min(1),
  GROUNDWORK_BUCKET: z.string().min(3),
  GROUNDWORK_DATA_PREFIX: z
    .string()
    .max(MAX_PREFIX_CHARACTERS)
    .regex(DATA_PREFIX, 'must be folders without wildcards, end in a slash, and not lie below system/')
    .default('data/'),
  GROUNDWORK_SOURCE_BUCKETS: List.default(['open-images-dataset']),
  GROUNDWORK_TASKS_QUEUE_URL: z.url().optional(),
  GROUNDWORK_CHUNKS_QUEUE_URL: z.url().optional(),
  GROUNDWORK_TEST_IMAGES_QUEUE_URL: z.url().optional(),
  GROUNDWORK_EVENTS_QUEUE_URL: z.url().optional(),
  GROUNDWORK_DELIVERIES_QUEUE_URL: z.url().optional(),
  GROUNDWORK_API_URL: z.url().optional(),
  AWS_ENDPOINT_URL_S3: z.url().optional(),
  GROUNDWORK_COPIES_IN_FLIGHT: z.coerce.number().int().min(1).max(100).default(8),
  GROUNDWORK_ACCOUNT: z.string().regex(/^\d{12}$/, 'must be 12 digits'),
  GROUNDWORK_LABELING_ROLES: List.default([]),
  GROUNDWORK_ALLOW_LOOPBACK: z.stringbool().default(false),
  GROUNDWORK_S3_WORKAROUNDS: List.pipe(z.array(z.enum(S3_WORKAROUNDS))).default([]),
  GROUNDWORK_LOCAL_KEYS: z
    .string()
    .regex(/^[^:]+:[^:]+$/, 'must be an access key id and its secret, separated by a colon')
    .optional(),
  GROUNDWORK_LOCAL_SERVICES: List.pipe(z.array(z.enum(LOCAL_SERVICES))).default([]),
  GROUNDWORK_METRICS_NAMESPACE: z.string().min(1).optional(),
  GROUNDWORK_AUTHORIZATION: z.enum(['token', 'iam']).default('token'),
  GROUNDWORK_CORS_ORIGINS: List.default([]).refine((origins) => origins.every(isOrigin), {
    error: 'must be comma-separated origins such as https://example.com, or *',
  }),
  GROUNDWORK_PAGES: z.enum(['on', 'off']).default('on'),
  GROUNDWORK_VERSION: z.string().default('0.1.0'),
})

/**
 * The queues that Groundwork sends to: tasks, chunks of fan-out rounds, test images, domain events, webhook deliveries.
 */
export type QueueName = 'tasks' | 'chunks' | 'test-images' | 'events' | 'deliveries'

/** The configuration of a deployment. */
export interface Config {
  readonly version: string
  readonly region: string
  /** The id of the AWS account: 12 digits. */
  readonly account: string
  /** The working bucket, the only storage. */
  readonly bucket: string
  /** The key prefix of datasets and batches in the bucket; ends in a slash. */
  readonly dataPrefix: string
  /** Buckets besides the working bucket that images and metadata may be read from; `*` allows any. */
  readonly sourceBuckets: readonly string[]
  readonly queueUrls: Readonly<Record<QueueName, string | undefined>>
  /** The API's base URL, for links in events; without it links are paths. */
  readonly apiUrl: string | undefined
  /** The URL of the S3 server, if it is not S3 itself: that of one machine. */
  readonly s3Url: string | undefined
  /** Concurrent image copies of one worker. */
  readonly copiesInFlight: number
  /** ARNs of the roles that labeling jobs may run with; the first one is the default. */
  readonly labelingRoles: readonly string[]
  /** The CloudWatch namespace of metrics; undefined turns metrics off. */
  readonly metricsNamespace: string | undefined
  /** How callers authenticate: bearer tokens, or AWS signatures that API Gateway verifies. */
  readonly authorization: 'token' | 'iam'
  /** Origins whose web pages may call the API (CORS), such as `https://example.com`; `*` allows any. */
  readonly corsOrigins: readonly string[]
  /** Whether the deployment has the API documentation: `/docs` and `/openapi.json`. */
  readonly hasPages: boolean
  /** Whether outbound requests to loopback addresses are allowed, over http too: for the local stack and tests. */
  readonly allowLoopback: boolean
  /** What the S3 server needs that the local stack was given; empty in a deployment. */
  readonly s3Workarounds: readonly S3Workaround[]
  /** The keys of the local stack's own servers, by service; empty in a deployment. */
  readonly localCredentials: Readonly<Partial<Record<LocalService, LocalCredentials>>>
}

export interface LocalCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Reads the configuration from environment variables. @throws ZodError naming each invalid variable */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.parse(environment)
  return {
    version: parsed.GROUNDWORK_VERSION,
    region: parsed.AWS_REGION,
    account: parsed.GROUNDWORK_ACCOUNT,
    bucket: parsed.GROUNDWORK_BUCKET,
    dataPrefix: parsed.GROUNDWORK_DATA_PREFIX,
    sourceBuckets: parsed.GROUNDWORK_SOURCE_BUCKETS,
    queueUrls: {
      tasks: parsed.GROUNDWORK_TASKS_QUEUE_URL,
      chunks: parsed.GROUNDWORK_CHUNKS_QUEUE_URL,
      'test-images': parsed.GROUNDWORK_TEST_IMAGES_QUEUE_URL,
      events: parsed.GROUNDWORK_EVENTS_QUEUE_URL,
      deliveries: parsed.GROUNDWORK_DELIVERIES_QUEUE_URL,
    },
    apiUrl: parsed.GROUNDWORK_API_URL,
    s3Url: parsed.AWS_ENDPOINT_URL_S3,
    copiesInFlight: parsed.GROUNDWORK_COPIES_IN_FLIGHT,
    labelingRoles: parsed.GROUNDWORK_LABELING_ROLES,
    metricsNamespace: parsed.GROUNDWORK_METRICS_NAMESPACE,
    authorization: parsed.GROUNDWORK_AUTHORIZATION,
    corsOrigins: parsed.GROUNDWORK_CORS_ORIGINS,
    hasPages: parsed.GROUNDWORK_PAGES === 'on',
    allowLoopback: parsed.GROUNDWORK_ALLOW_LOOPBACK,
    s3Workarounds: parsed.GROUNDWORK_S3_WORKAROUNDS,
    localCredentials: toLocalCredentials(parsed.GROUNDWORK_LOCAL_KEYS, parsed.GROUNDWORK_LOCAL_SERVICES),
  }
}

function toLocalCredentials(keys: string | undefined, services: readonly LocalService[]): Config['localCredentials'] {
  if (keys === undefined) return {}
  const [accessKeyId = '', secretAccessKey = ''] = keys.split(':')
  return Object.fromEntries(services.map((service) => [service, { accessKeyId, secretAccessKey }]))
}
