import type { BatchRequest } from '../../contracts/batch.ts'
import type { LabelingJobRequest } from '../../contracts/labeling-job.ts'
import { ManifestRequest } from '../../contracts/manifest-request.ts'

/** Returns the labeling job that a run ends with, and its name: that of the batch unless the request names it. Pure. */
export const toNamedJob = (batch: string, { labelingJob }: BatchRequest) =>
  labelingJob && { ...labelingJob, job: labelingJob.job ?? batch }

/** Returns the labeling job that a run ends with, as `PUT /v1/labeling-jobs/{job}` would ask for it. Pure. */
export function plannedJob(
  batch: string,
  request: BatchRequest,
): { job: string; request: LabelingJobRequest } | undefined {
  const named = toNamedJob(batch, request)
  if (!named) return undefined
  const { job, ...fields } = named
  return { job, request: { ...fields, batch } }
}

/** Returns what the request says of the manifest, with defaults. Pure. */
export const toManifestRequest = ({ manifest }: BatchRequest): ManifestRequest => manifest ?? ManifestRequest.parse({})
