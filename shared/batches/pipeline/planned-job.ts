import type { BatchRequest } from '../../contracts/batch.ts'
import type { LabelingJobRequest } from '../../contracts/labeling-job.ts'
import { toNamedJob } from '../same-request.ts'

/** The labeling job that a run ends with, as its own call would ask for it. Pure. */
export function plannedJob(
  batch: string,
  request: BatchRequest,
): { job: string; request: LabelingJobRequest } | undefined {
  const named = toNamedJob(batch, request)
  if (!named) return undefined
  const { job, ...fields } = named
  return { job, request: { ...fields, batch } }
}
