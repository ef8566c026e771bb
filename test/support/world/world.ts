import { createHash } from 'node:crypto'
import type { JobRequest, LabelerJob, Workteam } from '../../../shared/contracts/labeler.ts'
import type { QueueName } from '../../../shared/platform/config.ts'
import type { LogEvent } from '../../../shared/platform/observability/log-event.ts'
import type { MetricDimensions, MetricValues } from '../../../shared/platform/observability/metrics.ts'
import type { Condition, CorsRule, Ports } from '../../../shared/platform/ports.ts'
import type { Behaviour, ReceivedRequest } from './receivers.ts'

/** An object as S3 keeps it. */
export interface MemoryObject {
  readonly bytes: Uint8Array
  readonly etag: string
  readonly contentType: string | undefined
  readonly metadata: Readonly<Record<string, string>>
}

/** A file on the web. */
export interface WebPage {
  readonly bytes: Uint8Array
  /** Undefined for a server that sends none: such a file cannot be read by range. */
  readonly etag: string | undefined
  readonly ranges: boolean
}

/** One call of a port's method; a read of an opened file is `files.read`. */
export interface Call {
  readonly port:
    | 'objects'
    | 'uploads'
    | 'files'
    | 'downloads'
    | 'copier'
    | 'messages'
    | 'bucket'
    | 'labeler'
    | 'workteams'
    | 'receivers'
  readonly method: string
  /** The object's key (or the first of several), the file's URI, or the queue. */
  readonly key: string
  /** How many requests the real adapter sends for it when nothing goes wrong. */
  readonly requests: number
  readonly range?: { readonly start: number; readonly end: number }
  /** Whether it is a write under a condition, which can be refused. */
  readonly conditional?: boolean
}

/**
 * What goes wrong with a call. The process dies `before` it does anything or `after` it is done; it fails with an error,
 * before or `after` it is done; it is done, and then `refused`, as a write is that was sent again and met itself; it
 * gets an `answer` that is not true. Undefined lets it work.
 */
export type Fault =
  | 'before'
  | 'after'
  | 'refused'
  | Error
  | { readonly after: Error }
  | { readonly answer: unknown }
  | undefined

/** Everything outside that the fakes pretend; tests arrange it and look at it. */
export interface World {
  /** Objects of all buckets by `s3://bucket/key`. */
  readonly stored: Map<string, MemoryObject>
  /** URIs of objects that answer 403. */
  readonly denied: Set<string>
  /** Files of the web by URL. */
  readonly web: Map<string, WebPage>
  /** Messages sent, by queue, as they read after a trip through JSON. */
  readonly sent: Readonly<Record<QueueName, unknown[]>>
  /** Of those, the ones that are kept back: for how many seconds. */
  readonly delays: Map<unknown, number>
  /** Who is called at which URL, and what they do. */
  readonly receivers: Map<string, Behaviour>
  /** What receivers were sent, in order. */
  readonly received: ReceivedRequest[]
  readonly calls: Call[]
  /** URIs of what was written, but for what replaced a version that it named: each as often, until it is removed. */
  made: string[]
  readonly logged: { level: keyof Ports['log']; event: LogEvent; fields: Readonly<Record<string, unknown>> }[]
  /** What was recorded, in order. */
  readonly measured: { values: MetricValues; dimensions: MetricDimensions }[]
  /** Uploads under way, and how many were ever started. */
  readonly uploads: { readonly open: Map<string, Map<number, MemoryObject>>; started: number }
  /** CORS rules of the working bucket. */
  corsRules: readonly CorsRule[]
  /** What the labeling service has. */
  readonly labeling: {
    /** Jobs by their name in lower case. */
    readonly jobs: Map<string, LabelerJob>
    /** What was asked for, in order. */
    readonly requests: JobRequest[]
    readonly teams: Workteam[]
    /** What it has against the next job; nothing by default. */
    refusal: string | undefined
  }
  /** Ids given out so far. */
  ids: number
  /** What the clock shows; it stands still until it is set. */
  now: Date
  /** Parts of an upload but the last must have so many bytes: 5 MiB, as on S3, until a test lowers it. */
  minimumPartBytes: number
  /** Asked at each call, which is `number` in order from 1: `world.fault = (call, number) => number === 7 ? 'after' : undefined`. */
  fault: (call: Call, number: number) => Fault
  /** What each call waits for before it is done; at once by default. A slower one lets others come between. */
  pause: (call: Call) => Promise<void>
}

/** A private team that every world has. */
export const TEAM: Workteam = {
  workteamArn: 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/our-team',
  name: 'our-team',
  description: 'The people next door',
  portalUrl: 'https://abc.labeling.us-east-1.sagemaker.aws',
}

const OTHER_TEAM: Workteam = {
  ...TEAM,
  workteamArn: TEAM.workteamArn.replace('our-team', 'other-team'),
  name: 'other-team',
}

/** A world with nothing in it. */
export const emptyWorld = (): World => ({
  stored: new Map(),
  denied: new Set(),
  web: new Map(),
  sent: { tasks: [], chunks: [], 'test-images': [], events: [], deliveries: [] },
  delays: new Map(),
  receivers: new Map(),
  received: [],
  calls: [],
  made: [],
  logged: [],
  measured: [],
  uploads: { open: new Map(), started: 0 },
  corsRules: [],
  labeling: { jobs: new Map(), requests: [], teams: [TEAM, OTHER_TEAM], refusal: undefined },
  ids: 0,
  now: new Date('2026-01-02T03:04:05.000Z'),
  minimumPartBytes: 5 << 20,
  fault: () => undefined,
  pause: () => Promise.resolve(),
})

/** The error of a fault that names none: the process died here. */
export class Died extends Error {}

/**
 * Runs one call of a port: records it, and lets it go wrong where the world says so. `work` is atomic.
 * @param refusal what a write under a condition answers when that does not hold
 */
export async function perform<Result>(
  world: World,
  call: Omit<Call, 'requests' | 'conditional'> & { requests?: number },
  work: () => Result,
  refusal?: { readonly answer: Result },
): Promise<Result> {
  const recorded = { requests: 1, ...call, ...(refusal && { conditional: true }) }
  const number = world.calls.push(recorded)
  const fault = world.fault(recorded, number)
  await world.pause(recorded)
  if (fault instanceof Error) throw fault
  const died = () => new Died(`died ${fault} call ${number}, ${call.port}.${call.method} ${call.key}`)
  if (fault === 'before') throw died()
  // What a test pretends is of the kind that this call answers.
  if (typeof fault === 'object' && 'answer' in fault) return fault.answer as Result
  const result = work()
  if (fault === 'after') throw died()
  if (typeof fault === 'object') throw fault.after
  return fault === 'refused' && refusal ? refusal.answer : result
}

/** Bytes as S3 would keep them: a quoted MD5 is the ETag. */
export function memoryObject(content: Uint8Array | string, contentType?: string, metadata = {}): MemoryObject {
  const bytes = new Uint8Array(Buffer.from(content))
  return { bytes, etag: `"${createHash('md5').update(bytes).digest('hex')}"`, contentType, metadata }
}

/** Whether a write under this condition may happen. */
export function holds({ stored }: World, uri: string, condition: Condition | undefined): boolean {
  if (!condition) return true
  const expected = 'absent' in condition ? undefined : condition.etag
  return stored.get(uri)?.etag === expected
}
