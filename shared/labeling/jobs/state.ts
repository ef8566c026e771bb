import * as z from 'zod'
import { FINAL_STATUSES } from '../../contracts/labeler.ts'
import { Counters, LabelingJobRequest, OutputSummary } from '../../contracts/labeling-job.ts'
import { Lease } from '../../platform/state/lease.ts'

/** How a job ended, as the service told. */
export const JobEnd = z.object({
  status: z.enum(FINAL_STATUSES),
  at: z.string(),
  failureReason: z.string().optional(),
  counters: Counters.optional(),
  /** Where the service says that its labels are. */
  outputManifestUri: z.string().optional(),
  output: OutputSummary.optional(),
  /** Set once its event has been sent. */
  publishedAt: z.string().optional(),
})
export type JobEnd = z.infer<typeof JobEnd>

/** `system/labeling-jobs/<lower-case name>.json`: a job of ours, from the moment that its name is claimed. */
export const LabelingJobState = z.object({
  job: z.string(),
  batch: z.string(),
  batchId: z.string(),
  request: LabelingJobRequest,
  /** `creating` until the service has it. */
  state: z.enum(['creating', 'created']),
  labelAttributeName: z.string(),
  labels: z.array(z.string()),
  /** The attribute that known boxes have in its input manifest; for `adjust` and `verify`. */
  priorAttribute: z.string().optional(),
  /** Lines of its input manifest, and how many of these were labeled before. */
  lines: z.int(),
  alreadyLabeled: z.int(),
  portalUrl: z.string().optional(),
  /** Which call is creating it, and until when nobody else may go on with that. */
  lease: Lease.optional(),
  arn: z.string().optional(),
  end: JobEnd.optional(),
  createdAt: z.string(),
})
export type LabelingJobState = z.infer<typeof LabelingJobState>
