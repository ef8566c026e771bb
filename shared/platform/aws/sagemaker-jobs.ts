import type {
  CreateLabelingJobCommandInput,
  DescribeLabelingJobCommandOutput,
  LabelCounters,
  LabelingJobSummary,
  ListLabelingJobsCommandInput,
} from '@aws-sdk/client-sagemaker'
import {
  JOB_STATUSES,
  type JobFilter,
  type JobRequest,
  type JobStatus,
  type LabelerCounters,
  type LabelerJob,
} from '../../contracts/labeler.ts'

/**
 * Converts a job request to the input of CreateLabelingJob. Pure.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html
 */
export function toCreateInput(request: JobRequest): CreateLabelingJobCommandInput {
  const { publicTaskPrice: price, stoppingConditions: stopping, contentClassifiers, taskKeywords } = request
  return {
    LabelingJobName: request.job,
    LabelAttributeName: request.labelAttributeName,
    InputConfig: {
      DataSource: { S3DataSource: { ManifestS3Uri: request.inputManifestUri } },
      // Preflight has checked that these are values of the service.
      ...(contentClassifiers && {
        DataAttributes: { ContentClassifiers: contentClassifiers as 'FreeOfAdultContent'[] },
      }),
    },
    OutputConfig: { S3OutputPath: request.outputUri },
    RoleArn: request.roleArn,
    LabelCategoryConfigS3Uri: request.labelCategoriesUri,
    ...(stopping && {
      StoppingConditions: {
        MaxHumanLabeledObjectCount: stopping.maxHumanLabeledObjects,
        MaxPercentageOfInputDatasetLabeled: stopping.maxPercentageLabeled,
      },
    }),
    HumanTaskConfig: {
      WorkteamArn: request.workteamArn,
      UiConfig: { UiTemplateS3Uri: request.templateUri },
      PreHumanTaskLambdaArn: request.preHumanTaskLambdaArn,
      AnnotationConsolidationConfig: { AnnotationConsolidationLambdaArn: request.consolidationLambdaArn },
      TaskTitle: request.taskTitle,
      TaskDescription: request.taskDescription,
      ...(taskKeywords && { TaskKeywords: [...taskKeywords] }),
      NumberOfHumanWorkersPerDataObject: request.workersPerObject,
      TaskTimeLimitInSeconds: request.taskTimeLimitSeconds,
      TaskAvailabilityLifetimeInSeconds: request.taskAvailabilitySeconds,
      MaxConcurrentTaskCount: request.maxConcurrentTasks,
      ...(price && {
        PublicWorkforceTaskPrice: {
          AmountInUsd: {
            Dollars: price.dollars,
            Cents: price.cents,
            TenthFractionsOfACent: price.tenthFractionsOfACent,
          },
        },
      }),
    },
    Tags: Object.entries(request.tags).map(([Key, Value]) => ({ Key, Value })),
  }
}

/** Converts a filter to the input of ListLabelingJobs. Pure. */
export const toListInput = (filter: JobFilter): ListLabelingJobsCommandInput => ({
  StatusEquals: filter.status,
  NameContains: filter.nameContains,
  CreationTimeAfter: filter.createdAfter === undefined ? undefined : new Date(filter.createdAfter),
  CreationTimeBefore: filter.createdBefore === undefined ? undefined : new Date(filter.createdBefore),
  SortBy: 'CreationTime',
  SortOrder: filter.oldestFirst ? 'Ascending' : 'Descending',
  MaxResults: filter.limit,
  NextToken: filter.after,
})

/** Parses the output of DescribeLabelingJob. Pure. */
export const parseDescribedJob = (job: DescribeLabelingJobCommandOutput): LabelerJob =>
  toLabelerJob(job, job.HumanTaskConfig?.WorkteamArn)

/** Parses an item of ListLabelingJobs. Pure. */
export const parseJobSummary = (job: LabelingJobSummary): LabelerJob => toLabelerJob(job, job.WorkteamArn)

/** @param workteamArn is in different places in the two outputs */
function toLabelerJob(job: DescribeLabelingJobCommandOutput | LabelingJobSummary, workteamArn = ''): LabelerJob {
  const createdAt = (job.CreationTime ?? new Date(0)).toISOString()
  return {
    job: job.LabelingJobName ?? '',
    arn: job.LabelingJobArn ?? '',
    status: parseStatus(job.LabelingJobStatus),
    counters: toCounters(job.LabelCounters),
    failureReason: job.FailureReason,
    outputManifestUri: job.LabelingJobOutput?.OutputDatasetS3Uri || undefined,
    inputManifestUri: job.InputConfig?.DataSource?.S3DataSource?.ManifestS3Uri,
    workteamArn,
    createdAt,
    updatedAt: job.LastModifiedTime?.toISOString() ?? createdAt,
  }
}

/** @throws Error for a status that is not documented */
function parseStatus(text: string | undefined): JobStatus {
  const status = JOB_STATUSES.find((known) => known === text)
  if (status === undefined)
    throw new Error(`Unknown labeling job status "${text}": expected one of ${JOB_STATUSES.join(', ')}`)
  return status
}

/** All counters are optional in the outputs of the service. */
const toCounters = (counters: LabelCounters = {}): LabelerCounters => ({
  labeled: counters.TotalLabeled ?? 0,
  humanLabeled: counters.HumanLabeled ?? 0,
  machineLabeled: counters.MachineLabeled ?? 0,
  failed: counters.FailedNonRetryableError ?? 0,
  unlabeled: counters.Unlabeled ?? 0,
})
