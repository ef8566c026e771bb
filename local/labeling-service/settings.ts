import type { Credentials } from '../credentials.ts'
import type { OnLog } from '../running.ts'
import type { OnStateChange } from './jobs/state-change.ts'
import type { WorkerErrorRates } from './workers/error-rates.ts'
import type { KnownBoxes } from './workers/known-boxes.ts'

/** Pace of the simulated workers. A job runs in steps: it begins, labels some objects per step, and ends. */
export interface Pace {
  /** Objects per step, limited by MaxConcurrentTaskCount. Defaults to 10. */
  readonly objectsPerStep?: number
  /** Delay between steps. Defaults to 200. */
  readonly milliseconds?: number
  /** Awaited before each step of each job, so that a test can hold a job in a state. */
  readonly gate?: () => Promise<void>
  /** Number of steps after which a job expires, as it does after 30 days in the service. Unlimited by default. */
  readonly expireAfterSteps?: number
}

export interface LabelingServiceOptions {
  /** URL of the S3 server with the input and output of the jobs. */
  readonly s3: string
  /** The keys for that server. Without them, those that the AWS SDK finds. */
  readonly s3Credentials?: Credentials | undefined
  /** The keys that requests must be signed with. */
  readonly credentials: Credentials
  /** Data directory; created if missing. A server that is started on it again resumes its jobs. */
  readonly directory: string
  /** 0, the default, selects any free port. */
  readonly port?: number
  /** Region of all jobs, work teams, functions and roles. Defaults to us-east-1. */
  readonly region?: string
  /** Account id of twelve digits. Defaults to 123456789012. */
  readonly account?: string
  readonly pace?: Pace
  /** Error rates of the simulated workers. */
  readonly workers?: Partial<WorkerErrorRates>
  /** The boxes that workers see in an image. Without it they draw nothing and accept all shown boxes. */
  readonly knownBoxes?: KnownBoxes
  /** Receives the event of each job that ended. Without it, events stay stored until a server with a listener starts. */
  readonly onStateChange?: OnStateChange
  /** Receives the reasons of failed steps and listeners. Defaults to the console. */
  readonly onLog?: OnLog
  /** Maximum number of running jobs; more fail with ResourceLimitExceeded. Defaults to 20. */
  readonly maxJobs?: number
}
