import { type JobState, NO_COUNTS } from '../jobs/job.ts'
import { isFinal } from '../model/job-status.ts'

/** Times go out as seconds since 1970. */
const seconds = (milliseconds: number) => milliseconds / 1000

function common(state: JobState) {
  const { request, arn, status, counters, created, modified, failureReason, output } = state
  return {
    LabelingJobName: request.LabelingJobName,
    LabelingJobArn: arn,
    LabelingJobStatus: status,
    LabelCounters: status === 'Initializing' ? NO_COUNTS : counters,
    CreationTime: seconds(created),
    LastModifiedTime: seconds(modified),
    InputConfig: request.InputConfig,
    ...(failureReason !== undefined && { FailureReason: failureReason }),
    ...(output !== undefined && isFinal(status) && { LabelingJobOutput: { OutputDatasetS3Uri: output } }),
  }
}

/** A job as DescribeLabelingJob tells it. @param jobReferenceCode what the workers' pages name it by */
export const description = (state: JobState, jobReferenceCode: string) => ({
  ...state.request,
  ...common(state),
  // The service answers an empty string where no key was given.
  OutputConfig: { KmsKeyId: '', ...state.request.OutputConfig },
  JobReferenceCode: jobReferenceCode,
})

/** A job as ListLabelingJobs tells it. */
export function summary(state: JobState) {
  const { WorkteamArn, PreHumanTaskLambdaArn, AnnotationConsolidationConfig } = state.request.HumanTaskConfig
  return {
    ...common(state),
    WorkteamArn,
    PreHumanTaskLambdaArn,
    AnnotationConsolidationLambdaArn: AnnotationConsolidationConfig?.AnnotationConsolidationLambdaArn,
  }
}
