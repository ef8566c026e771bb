import { type BatchRequest, RunLabelingJob } from '../../contracts/batch.ts'
import { type CompleteJobRequest, completeRequest } from '../../contracts/labeling-job-request.ts'
import { ManifestRequest } from '../../contracts/manifest-request.ts'

/**
 * Returns the request with its labeling job complete. A run that goes as far as that needs no fields for it: then it is a
 * job of Groundwork's own engine. Pure.
 */
export function completeJob(request: BatchRequest): BatchRequest {
  const labelingJob = request.labelingJob ?? (request.run === 'label' ? DEFAULT_JOB : undefined)
  return labelingJob ? { ...request, labelingJob: completeRequest(labelingJob) } : request
}

const DEFAULT_JOB = RunLabelingJob.parse({})

/** Returns the labeling job that a run ends with, and its name: that of the batch unless the request names it. Pure. */
export function toNamedJob(batch: string, request: BatchRequest) {
  const { labelingJob } = completeJob(request)
  return labelingJob && { ...completeRequest(labelingJob), job: labelingJob.job ?? batch }
}

/** Returns the labeling job that a run ends with, as `PUT /v1/labeling-jobs/{job}` would ask for it. Pure. */
export function plannedJob(
  batch: string,
  request: BatchRequest,
): { job: string; request: CompleteJobRequest } | undefined {
  const named = toNamedJob(batch, request)
  if (!named) return undefined
  const { job, ...fields } = named
  return { job, request: { ...fields, batch } }
}

/** Returns what the request says of the manifest, with defaults. Pure. */
export const toManifestRequest = ({ manifest }: BatchRequest): ManifestRequest => manifest ?? ManifestRequest.parse({})
