import * as z from 'zod'
import { LabelingJobRequestState } from '../../batches/record/request-state.ts'
import { FINAL_STATUSES } from '../../contracts/labeler.ts'
import type { Counters, OutputSummary } from '../../contracts/labeling-job.ts'
import { type CompleteJobRequest, LabelingJobRequest } from '../../contracts/labeling-job-request.ts'
import { OMITTED_OUTCOMES } from '../../contracts/omitted-image.ts'
import { Lease } from '../../platform/state/lease.ts'
import { PendingEvent } from '../../platform/state/outbox.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../../platform/state/stored-schema.ts'

const CountersState: z.ZodType<Counters> = storedObject({
  total: z.int(),
  labeled: z.int(),
  humanLabeled: z.int(),
  machineLabeled: z.int(),
  failed: z.int(),
  unlabeled: z.int(),
})

const OutputSummaryState: z.ZodType<OutputSummary> = storedObject({
  lines: z.int(),
  labeled: z.int(),
  withoutBoxes: z.int(),
  boxes: z.int(),
  verdicts: z.record(z.string(), z.int()).optional(),
  failed: z.int(),
  expired: z.int(),
  unlabeled: z.int(),
  unreadable: z.int(),
})

/** How a job ended, as the labeling service reports it. */
const JobEnd = storedObject({
  status: storedEnum(FINAL_STATUSES),
  at: z.string(),
  failureReason: z.string().optional(),
  counters: CountersState.optional(),
  /** Where the output manifest is; absent until it has been read. */
  outputManifestUri: z.string().optional(),
  /** What the output manifest contains; absent until the service has written it. */
  output: OutputSummaryState.optional(),
  /** Size of the output manifest that `output` was counted in. Absent if an older version counted it. */
  outputBytes: z.int().optional(),
})
export type JobEnd = z.infer<typeof JobEnd>

/** The images of the batch that a job leaves out. */
const JobOmissions = storedObject({
  omittedCount: z.int(),
  omittedByOutcome: z.record(z.string(), z.int()),
  omitted: z.array(storedObject({ imageId: z.string(), outcome: storedEnum(OMITTED_OUTCOMES), reason: z.string() })),
  /** Lines of an edited manifest that are for no image of the batch, or repeat one. */
  extraLines: z.int(),
})
export type JobOmissions = z.infer<typeof JobOmissions>

/** `system/labeling-jobs/<lower-case name>.json`: a job created here, from the moment its name is claimed. */
const LabelingJobState = storedObject({
  job: z.string(),
  batch: z.string(),
  batchId: z.string(),
  request: LabelingJobRequestState,
  /** `creating` until the service has the job. */
  state: storedEnum(['creating', 'created']),
  labelAttributeName: z.string(),
  labels: z.array(z.string()),
  /** Label attribute of the existing boxes in the input manifest; for `adjust` and `verify`. */
  priorAttribute: z.string().optional(),
  /** Lines of the input manifest. */
  lines: z.int(),
  /** How many of those lines were labeled before. */
  alreadyLabeled: z.int(),
  /** Absent in jobs that an older version created, and where the state was written again. */
  omissions: JobOmissions.optional(),
  portalUrl: z.string().optional(),
  /** Held by the call that is creating the job. */
  lease: Lease.optional(),
  arn: z.string().optional(),
  /** When its owner was told that opinions differ, and reviewers are needed. */
  disputedAt: z.string().optional(),
  /** Pseudonyms of the workers of whom its owner was told that they get no more tasks. */
  notifiedOf: z.array(z.string()).optional(),
  end: JobEnd.optional(),
  /** The outbox: events written with the change that caused them, until they are published. */
  pendingEvents: z.array(PendingEvent).optional(),
  createdAt: z.string(),
})
export type LabelingJobState = z.infer<typeof LabelingJobState>

/**
 * Returns the request without the fields that only a newer version knows, to compare it with one that this version has
 * parsed: a caller who repeats it cannot send them to this version. Pure.
 */
export const toKnownRequest = ({ request }: Pick<LabelingJobState, 'request'>): CompleteJobRequest =>
  Object.fromEntries(
    Object.entries(request).filter(([field]) => Object.hasOwn(LabelingJobRequest.shape, field)),
  ) as CompleteJobRequest // only optional fields are removed

export const LABELING_JOB = recordType('a labeling job', LabelingJobState, [])
