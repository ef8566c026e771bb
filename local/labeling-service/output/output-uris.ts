import type { CreateRequest } from '../model/create-request.ts'

/**
 * Returns the S3 URIs of a job's output. Only that of the final manifest is documented; the others were observed in the
 * output of real jobs.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
 */
export function toOutputUris({ OutputConfig, LabelingJobName }: CreateRequest) {
  const folder = `${OutputConfig.S3OutputPath.replace(/\/+$/, '')}/${LabelingJobName}`
  const consolidated = `${folder}/annotations/consolidated-annotation`
  return {
    manifest: `${folder}/manifests/output/output.manifest`,
    intermediate: `${folder}/manifests/intermediate/1/output.manifest`,
    /** @param line line number from 0 */
    workerResponse: (line: number, time: number) =>
      `${folder}/annotations/worker-response/iteration-1/${line}/${formatSeconds(time)}.json`,
    consolidationRequest: (time: number) =>
      `${consolidated}/consolidation-request/iteration-1/${formatMilliseconds(time)}.json`,
    consolidationResponse: (time: number) =>
      `${consolidated}/consolidation-response/iteration-1/${formatMilliseconds(time)}.json`,
  }
}

/** Formats milliseconds since 1970 as `2026-01-31_12:00:00`. */
const formatSeconds = (time: number) => new Date(time).toISOString().slice(0, 19).replace('T', '_')

/** Formats with milliseconds, because there may be many steps per second. */
const formatMilliseconds = (time: number) => new Date(time).toISOString().slice(0, 23).replace('T', '_')
