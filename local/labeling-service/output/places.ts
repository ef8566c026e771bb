import type { CreateRequest } from '../model/create-request.ts'

/**
 * Where a job's output goes, as `s3://bucket/key`. Only the final manifest's place is documented; the others are what
 * real jobs leave behind.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
 */
export function placesOf({ OutputConfig, LabelingJobName }: CreateRequest) {
  const folder = `${OutputConfig.S3OutputPath.replace(/\/+$/, '')}/${LabelingJobName}`
  const consolidated = `${folder}/annotations/consolidated-annotation`
  return {
    manifest: `${folder}/manifests/output/output.manifest`,
    intermediate: `${folder}/manifests/intermediate/1/output.manifest`,
    /** @param line from 0 */
    workerResponse: (line: number, time: number) =>
      `${folder}/annotations/worker-response/iteration-1/${line}/${stamp(time)}.json`,
    consolidationRequest: (time: number) => `${consolidated}/consolidation-request/iteration-1/${step(time)}.json`,
    consolidationResponse: (time: number) => `${consolidated}/consolidation-response/iteration-1/${step(time)}.json`,
  }
}

/** `2026-01-31_12:00:00` of milliseconds since 1970. */
const stamp = (time: number) => new Date(time).toISOString().slice(0, 19).replace('T', '_')

/** With milliseconds: there may be many steps in a second. */
const step = (time: number) => new Date(time).toISOString().slice(0, 23).replace('T', '_')
