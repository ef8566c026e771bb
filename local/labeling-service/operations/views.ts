import { type JobState, NO_COUNTS } from '../jobs/job.ts'
import { isFinal } from '../model/job-status.ts'

/** Times in responses are seconds since 1970. */
const toSeconds = (milliseconds: number) => milliseconds / 1000

function commonMembers(state: JobState) {
  const { request, arn, status, counters, created, modified, failureReason, output } = state
  return {
    LabelingJobName: request.LabelingJobName,
    LabelingJobArn: arn,
    LabelingJobStatus: status,
    LabelCounters: status === 'Initializing' ? NO_COUNTS : counters,
    CreationTime: toSeconds(created),
    LastModifiedTime: toSeconds(modified),
    InputConfig: request.InputConfig,
    ...(failureReason !== undefined && { FailureReason: failureReason }),
    ...(output !== undefined && isFinal(status) && { LabelingJobOutput: { OutputDatasetS3Uri: output } }),
  }
}

/** Converts a job to the DescribeLabelingJob response. @param jobReferenceCode identifies the job in worker pages */
export const toDescription = (state: JobState, jobReferenceCode: string) => ({
  ...state.request,
  ...commonMembers(state),
  // The service returns an empty string if the request has no key.
  OutputConfig: { KmsKeyId: '', ...state.request.OutputConfig },
  JobReferenceCode: jobReferenceCode,
})

/** Converts a job to a summary of the ListLabelingJobs response. */
export function toSummary(state: JobState) {
  const { WorkteamArn, PreHumanTaskLambdaArn, AnnotationConsolidationConfig } = state.request.HumanTaskConfig
  return {
    ...commonMembers(state),
    WorkteamArn,
    PreHumanTaskLambdaArn,
    AnnotationConsolidationLambdaArn: AnnotationConsolidationConfig?.AnnotationConsolidationLambdaArn,
  }
}
