import * as z from 'zod'
import { CreateRequest } from '../model/create-request.ts'
import { JobStatus } from '../model/job-status.ts'
import { LabelingJobStateChange } from './state-change.ts'

/** Label counters of a job. Once it is in progress, they add up to the number of its objects. */
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

/** The stored state of a job. Times are milliseconds since 1970. */
export const JobState = z.object({
  request: CreateRequest,
  arn: z.string(),
  status: JobStatus,
  counters: Counters,
  created: z.number(),
  modified: z.number(),
  /** Number of completed steps. */
  steps: z.int(),
  /** Time of the answers of the next step. A repeated step uses the same time. */
  stepAt: z.number(),
  /** Number of objects that were done when the intermediate manifest was last written. */
  written: z.int(),
  /** URI of the output manifest, once the job has ended. */
  output: z.string().optional(),
  failureReason: z.string().optional(),
  /** The event to deliver to the listener; removed after delivery. */
  event: LabelingJobStateChange.optional(),
})
export type JobState = z.infer<typeof JobState>

/** A job in memory. `state` is replaced, never mutated. */
export interface Job {
  readonly directory: string
  state: JobState
}

/** Normalizes a job name. The service ignores case. */
export const toJobKey = (name: string): string => name.toLowerCase()

export const toJobArn = (name: string, { region, account }: { readonly region: string; readonly account: string }) =>
  `arn:aws:sagemaker:${region}:${account}:labeling-job/${toJobKey(name)}`
