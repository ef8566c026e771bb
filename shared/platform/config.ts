import * as z from 'zod'

const List = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

/** As browsers send it: without a path, and without a slash at its end. */
const isOrigin = (text: string): boolean => text === '*' || /^https?:\/\/[^/?#@\s]+$/.test(text)

const Environment = z.object({
  AWS_REGION: z.string().min(1),
  GROUNDWORK_BUCKET: z.string().min(3),
  GROUNDWORK_DATA_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9!_.*'()-]+(\/[a-zA-Z0-9!_.*'()-]+)*\/$/, 'must end in one slash')
    .default('data/'),
  GROUNDWORK_SOURCE_BUCKETS: List.default(['open-images-dataset']),
  GROUNDWORK_TASKS_QUEUE_URL: z.url().optional(),
  GROUNDWORK_CHUNKS_QUEUE_URL: z.url().optional(),
  GROUNDWORK_TEST_IMAGES_QUEUE_URL: z.url().optional(),
  GROUNDWORK_EVENTS_QUEUE_URL: z.url().optional(),
  GROUNDWORK_DELIVERIES_QUEUE_URL: z.url().optional(),
  GROUNDWORK_API_URL: z.url().optional(),
  GROUNDWORK_COPIES_IN_FLIGHT: z.coerce.number().int().min(1).max(100).default(8),
  GROUNDWORK_ACCOUNT: z.string().regex(/^\d{12}$/, 'must be 12 digits'),
  GROUNDWORK_LABELING_ROLES: List.default([]),
  GROUNDWORK_ALLOW_LOOPBACK: z.stringbool().default(false),
  GROUNDWORK_METRICS_NAMESPACE: z.string().min(1).optional(),
  GROUNDWORK_AUTHORIZATION: z.enum(['token', 'iam']).default('token'),
  GROUNDWORK_CORS_ORIGINS: List.default([]).refine((origins) => origins.every(isOrigin), {
    error: 'must be origins such as https://example.com, with commas between them, or *',
  }),
  GROUNDWORK_VERSION: z.string().default('0.1.0'),
})

/** The queues that Groundwork sends to: single tasks, chunks of a round, test images, events, their deliveries to webhooks. */
export type QueueName = 'tasks' | 'chunks' | 'test-images' | 'events' | 'deliveries'

/** Everything a deployment decides. */
export interface Config {
  readonly version: string
  readonly region: string
  /** The AWS account that everything lies in: 12 digits. */
  readonly account: string
  /** The working bucket, the only store. */
  readonly bucket: string
  /** Where datasets and batches lie in the bucket; ends in a slash. */
  readonly dataPrefix: string
  /** Buckets that images and metadata may be read from besides the working bucket; `*` allows any. */
  readonly sourceBuckets: readonly string[]
  readonly queueUrls: Readonly<Record<QueueName, string | undefined>>
  /** The API's own address, for links in what is sent out; where it is not known these are paths. */
  readonly apiUrl: string | undefined
  /** Images copied at once by one chunk's worker. */
  readonly copiesInFlight: number
  /** ARNs of the roles that labeling jobs may run with; the first is taken where a request names none. */
  readonly labelingRoles: readonly string[]
  /** What CloudWatch keeps metrics under; undefined where nothing is measured. */
  readonly metricsNamespace: string | undefined
  /** Who says who may call: our own tokens, or API Gateway, which checks AWS signatures. */
  readonly authorization: 'token' | 'iam'
  /** Origins whose web pages may call the API, `https://example.com`; `*` allows any. */
  readonly corsOrigins: readonly string[]
  /** Whether outbound requests may go to this machine, by plain http too: for the local stack and tests. */
  readonly allowLoopback: boolean
}

/** Reads the configuration from environment variables. @throws ZodError naming each variable that is wrong */
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
    copiesInFlight: parsed.GROUNDWORK_COPIES_IN_FLIGHT,
    labelingRoles: parsed.GROUNDWORK_LABELING_ROLES,
    metricsNamespace: parsed.GROUNDWORK_METRICS_NAMESPACE,
    authorization: parsed.GROUNDWORK_AUTHORIZATION,
    corsOrigins: parsed.GROUNDWORK_CORS_ORIGINS,
    allowLoopback: parsed.GROUNDWORK_ALLOW_LOOPBACK,
  }
}
