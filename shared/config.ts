import * as z from 'zod'

const List = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

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
  GROUNDWORK_EVENTS_QUEUE_URL: z.url().optional(),
  GROUNDWORK_COPIES_IN_FLIGHT: z.coerce.number().int().min(1).max(100).default(8),
  GROUNDWORK_ACCOUNT: z.string().regex(/^\d{12}$/, 'must be 12 digits'),
  GROUNDWORK_LABELING_ROLES: List.default([]),
  GROUNDWORK_ALLOW_LOOPBACK: z.stringbool().default(false),
  GROUNDWORK_VERSION: z.string().default('0.1.0'),
})

/** The queues that Groundwork sends to: single tasks, chunks of a round, and events for the outside. */
export type QueueName = 'tasks' | 'chunks' | 'events'

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
  /** Images copied at once by one chunk's worker. */
  readonly copiesInFlight: number
  /** ARNs of the roles that labeling jobs may run with; the first is taken where a request names none. */
  readonly labelingRoles: readonly string[]
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
      events: parsed.GROUNDWORK_EVENTS_QUEUE_URL,
    },
    copiesInFlight: parsed.GROUNDWORK_COPIES_IN_FLIGHT,
    labelingRoles: parsed.GROUNDWORK_LABELING_ROLES,
    allowLoopback: parsed.GROUNDWORK_ALLOW_LOOPBACK,
  }
}
