import type { OnLog } from '../running.ts'
import type { OnStateChange } from './jobs/state-change.ts'
import type { KnownBoxes } from './workers/known-boxes.ts'
import type { WorkerShares } from './workers/shares.ts'

/** How fast the simulated workers are. A job goes on in steps: it starts, some objects are answered, it ends. */
export interface Pace {
  /** Objects that are answered in one step: 10. Never more than the job's MaxConcurrentTaskCount. */
  readonly objectsPerStep?: number
  /** Time between two steps: 200. */
  readonly milliseconds?: number
  /** Awaited before each step of each job: who holds it sees a job in one state for as long as needed. */
  readonly gate?: () => Promise<void>
  /** A job that is not over after so many steps fails, as after 30 days; never, unless it is given. */
  readonly expireAfterSteps?: number
}

export interface GroundTruthOptions {
  /** Address of the S3 server that manifests, label files, templates and images are read from, and results written to. */
  readonly s3: string
  /** Where jobs are kept; made if it is not there. A server started on it again goes on with them. */
  readonly directory: string
  /** 0, the default, for any that is free. */
  readonly port?: number
  /** Of all jobs, work teams, functions and roles: us-east-1. */
  readonly region?: string
  /** Twelve digits: 123456789012. */
  readonly account?: string
  readonly pace?: Pace
  /** What workers do wrong. */
  readonly workers?: Partial<WorkerShares>
  /** What the workers see in an image. Without it they draw nothing, and find nothing wrong with what was drawn. */
  readonly knownBoxes?: KnownBoxes
  /** Told of each job that is over. Without it, events wait for a server on the same directory that has it. */
  readonly onStateChange?: OnStateChange
  /** Told what callers are not: why a step or a listener failed. The console, unless it is given. */
  readonly onLog?: OnLog
  /** Jobs that may run at once before ResourceLimitExceeded: 20. */
  readonly mostJobs?: number
}
