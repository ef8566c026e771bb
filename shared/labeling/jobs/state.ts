import * as z from 'zod'
import { FINAL_STATUSES } from '../../contracts/labeler.ts'
import { Counters, LabelingJobRequest, OutputSummary } from '../../contracts/labeling-job.ts'
import { Lease } from '../../platform/state/lease.ts'
import { PendingEvent } from '../../platform/state/outbox.ts'

/** How a job ended, as the labeling service reports it. */
export const JobEnd = z.object({
  status: z.enum(FINAL_STATUSES),
  at: z.string(),
  failureReason: z.string().optional(),
  counters: Counters.optional(),
  /** Where the output manifest is; absent until it has been read. */
  outputManifestUri: z.string().optional(),
  /** What the output manifest contains; absent until the service has written it. */
  output: OutputSummary.optional(),
})
export type JobEnd = z.infer<typeof JobEnd>

/** `system/labeling-jobs/<lower-case name>.json`: a job created here, from the moment its name is claimed. */
export const LabelingJobState = z.object({
  job: z.string(),
  batch: z.string(),
  batchId: z.string(),
  request: LabelingJobRequest,
  /** `creating` until the service has the job. */
  state: z.enum(['creating', 'created']),
  labelAttributeName: z.string(),
  labels: z.array(z.string()),
  /** Label attribute of the existing boxes in the input manifest; for `adjust` and `verify`. */
  priorAttribute: z.string().optional(),
  /** Lines of the input manifest. */
  lines: z.int(),
  /** How many of those lines were labeled before. */
  alreadyLabeled: z.int(),
  portalUrl: z.string().optional(),
  /** Held by the call that is creating the job. */
  lease: Lease.optional(),
  arn: z.string().optional(),
  end: JobEnd.optional(),
  /** The outbox: events written with the change that caused them, until they are published. */
  pendingEvents: z.array(PendingEvent).optional(),
  createdAt: z.string(),
})
export type LabelingJobState = z.infer<typeof LabelingJobState>
