import * as z from 'zod'
import { CreateRequest } from '../model/create-request.ts'
import { JobStatus } from '../model/job-status.ts'
import { LabelingJobStateChange } from './state-change.ts'

/** Objects of a job, by what became of them. Once it is in progress they add up to all that it has to label. */
export const Counters = z.object({
  TotalLabeled: z.int(),
  HumanLabeled: z.int(),
  MachineLabeled: z.int(),
  FailedNonRetryableError: z.int(),
  Unlabeled: z.int(),
})
export type Counters = z.infer<typeof Counters>

export const NO_COUNTS: Counters = {
  TotalLabeled: 0,
  HumanLabeled: 0,
  MachineLabeled: 0,
  FailedNonRetryableError: 0,
  Unlabeled: 0,
}

/** All that is kept of a job beside its files. Times are milliseconds since 1970. */
export const JobState = z.object({
  request: CreateRequest,
  arn: z.string(),
  status: JobStatus,
  counters: Counters,
  created: z.number(),
  modified: z.number(),
  /** Steps that are done. */
  steps: z.int(),
  /** The time that answers of the next step carry: the same ones if that step has to be done again. */
  stepAt: z.number(),
  /** Objects that were dealt with when the intermediate manifest was last written. */
  written: z.int(),
  /** Where its manifest is, when it is over. */
  output: z.string().optional(),
  failureReason: z.string().optional(),
  /** What is to be told to the listener; gone when it was. */
  event: LabelingJobStateChange.optional(),
})
export type JobState = z.infer<typeof JobState>

/** A job while the server runs. `state` is replaced, never changed. */
export interface Job {
  readonly directory: string
  state: JobState
}

/** The same for names that the service takes for the same: it ignores case. */
export const jobKey = (name: string): string => name.toLowerCase()

export const jobArn = (name: string, { region, account }: { readonly region: string; readonly account: string }) =>
  `arn:aws:sagemaker:${region}:${account}:labeling-job/${jobKey(name)}`
