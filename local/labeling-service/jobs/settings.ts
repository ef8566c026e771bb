import type { OnLog } from '../../running.ts'
import type { Files } from '../files/s3-files.ts'
import type { Pace } from '../settings.ts'
import type { KnownBoxes } from '../workers/known-boxes.ts'
import type { WorkerShares } from '../workers/shares.ts'
import type { OnStateChange } from './state-change.ts'

/** What all jobs of a server share. */
export interface JobSettings {
  readonly region: string
  readonly account: string
  readonly files: Files
  readonly pace: Pace & Required<Pick<Pace, 'objectsPerStep' | 'milliseconds'>>
  readonly workers: WorkerShares
  readonly knownBoxes: KnownBoxes | undefined
  readonly onStateChange: OnStateChange | undefined
  readonly onLog: OnLog
  readonly mostJobs: number
}
