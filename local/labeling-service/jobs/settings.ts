import type { OnLog } from '../../running.ts'
import type { Files } from '../files/s3-files.ts'
import type { Pace } from '../settings.ts'
import type { WorkerErrorRates } from '../workers/error-rates.ts'
import type { KnownBoxes } from '../workers/known-boxes.ts'
import type { OnStateChange } from './state-change.ts'

/** Settings that all jobs of a server share. */
export interface JobSettings {
  readonly region: string
  readonly account: string
  readonly files: Files
  readonly pace: Pace & Required<Pick<Pace, 'objectsPerStep' | 'milliseconds'>>
  readonly workers: WorkerErrorRates
  readonly knownBoxes: KnownBoxes | undefined
  readonly onStateChange: OnStateChange | undefined
  readonly onLog: OnLog
  readonly maxJobs: number
}
