import type { JobRequest, LabelerJob, Workteam } from '../../../shared/contracts/labeler.ts'
import type { QueueName } from '../../../shared/platform/config.ts'
import type { LogEvent } from '../../../shared/platform/observability/log-events.ts'
import type { MetricDimensions, MetricValues } from '../../../shared/platform/observability/metrics.ts'
import type { Ports } from '../../../shared/platform/ports.ts'
import type { Condition, CorsRule } from '../../../shared/platform/storage/ports.ts'
import type { CallHooks } from './call.ts'
import type { MemoryObject } from './memory-object.ts'
import type { Behavior, ReceivedRequest } from './receivers.ts'

/** A file on the web. */
export interface WebPage {
  readonly bytes: Uint8Array
  /** Undefined when the server sends none: such a file cannot be read by range. */
  readonly etag: string | undefined
  readonly ranges: boolean
}

/**
 * Everything outside the system, in memory: buckets, the web, queues, receivers, the labeling service and the clock.
 * Tests arrange it, inject faults (`fault`, `pause`), and inspect it afterwards.
 *
 * @example
 * world.fault = (call, number) => (number === 7 ? 'after' : undefined)
 */
export interface World extends CallHooks {
  /** Objects of all buckets by `s3://bucket/key`. */
  readonly stored: Map<string, MemoryObject>
  /** URIs of objects for which S3 answers 403. */
  readonly denied: Set<string>
  /** Files on the web by URL. */
  readonly web: Map<string, WebPage>
  /** URLs that redirect to another one. */
  readonly redirects: Map<string, string>
  /** Messages in each queue, as they read after a trip through JSON. */
  readonly sent: Readonly<Record<QueueName, unknown[]>>
  /** For delayed messages: by how many seconds. */
  readonly delays: Map<unknown, number>
  /** Webhook receivers by URL. Nothing listens at other URLs. */
  readonly receivers: Map<string, Behavior>
  /** Requests that receivers got, in order. */
  readonly received: ReceivedRequest[]
  /** URIs of objects written, once per write and until they are removed; writes with `If-Match` are left out. */
  made: string[]
  readonly logged: { level: keyof Ports['log']; event: LogEvent; fields: Readonly<Record<string, unknown>> }[]
  /** Metrics recorded, in order. */
  readonly measured: { values: MetricValues; dimensions: MetricDimensions }[]
  /** Multipart uploads in progress, and how many were ever started. */
  readonly uploads: { readonly open: Map<string, Map<number, MemoryObject>>; started: number }
  /** CORS rules of the working bucket. */
  corsRules: readonly CorsRule[]
  /** State of the labeling service. */
  readonly labeling: {
    /** Jobs by name in lower case. */
    readonly jobs: Map<string, LabelerJob>
    /** Requests to create a job, in order. */
    readonly requests: JobRequest[]
    readonly teams: Workteam[]
    /** Why the service refuses the next job; undefined when it accepts it. */
    refusal: string | undefined
  }
  /** How many ids were handed out. */
  ids: number
  /** The time of the clock, which does not advance until it is set. */
  now: Date
  /** Smallest size of every part of an upload but the last: 5 MiB, as on S3, until a test lowers it. */
  minimumPartBytes: number
}

/** A private workteam that every world has. */
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

/** Returns a world without objects, messages or jobs. */
export const emptyWorld = (): World => ({
  stored: new Map(),
  denied: new Set(),
  web: new Map(),
  redirects: new Map(),
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

/**
 * Copies the stored state of a world: objects, web, receivers, labeling jobs, ids and clock. Messages, calls, logs,
 * metrics, open uploads and faults are left out. A scenario is run many times from the same start this way.
 */
export const copyWorld = (world: World): World => ({
  ...emptyWorld(),
  stored: new Map(world.stored),
  denied: new Set(world.denied),
  web: new Map(world.web),
  redirects: new Map(world.redirects),
  receivers: new Map(world.receivers),
  corsRules: world.corsRules,
  labeling: {
    ...world.labeling,
    jobs: new Map(world.labeling.jobs),
    requests: [...world.labeling.requests],
    teams: [...world.labeling.teams],
  },
  ids: world.ids,
  now: world.now,
})

/** Tells whether a conditional write to this URI succeeds now. */
export function holds({ stored }: World, uri: string, condition: Condition | undefined): boolean {
  if (!condition) return true
  const expected = 'absent' in condition ? undefined : condition.etag
  return stored.get(uri)?.etag === expected
}
