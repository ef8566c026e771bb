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
 * A job as the service is asked for it. Pure.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html
 */
export function toCreateInput(request: JobRequest): CreateLabelingJobCommandInput {
  const { publicTaskPrice: price, stoppingConditions: stopping, contentClassifiers, taskKeywords } = request
  return {
    LabelingJobName: request.job,
    LabelAttributeName: request.labelAttributeName,
    InputConfig: {
      DataSource: { S3DataSource: { ManifestS3Uri: request.inputManifestUri } },
      // The service's own words, which preflight has held against its list.
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

/** What a page of jobs is asked for with. Pure. */
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

export const parseDescribedJob = (job: DescribeLabelingJobCommandOutput): LabelerJob =>
  jobOf(job, job.HumanTaskConfig?.WorkteamArn)

export const parseJobSummary = (job: LabelingJobSummary): LabelerJob => jobOf(job, job.WorkteamArn)

/** @param workteamArn which the two answers have in different places */
function jobOf(job: DescribeLabelingJobCommandOutput | LabelingJobSummary, workteamArn = ''): LabelerJob {
  const createdAt = (job.CreationTime ?? new Date(0)).toISOString()
  return {
    job: job.LabelingJobName ?? '',
    arn: job.LabelingJobArn ?? '',
    status: statusOf(job.LabelingJobStatus),
    counters: countersOf(job.LabelCounters),
    failureReason: job.FailureReason,
    outputManifestUri: job.LabelingJobOutput?.OutputDatasetS3Uri || undefined,
    inputManifestUri: job.InputConfig?.DataSource?.S3DataSource?.ManifestS3Uri,
    workteamArn,
    createdAt,
    updatedAt: job.LastModifiedTime?.toISOString() ?? createdAt,
  }
}

/** @throws Error for a status that the service did not have when this was written */
function statusOf(text: string | undefined): JobStatus {
  const status = JOB_STATUSES.find((known) => known === text)
  if (status === undefined) throw new Error(`the labeling service tells the status "${text}"`)
  return status
}

/** All of them are optional in the service's answers. */
const countersOf = (counters: LabelCounters = {}): LabelerCounters => ({
  labeled: counters.TotalLabeled ?? 0,
  humanLabeled: counters.HumanLabeled ?? 0,
  machineLabeled: counters.MachineLabeled ?? 0,
  failed: counters.FailedNonRetryableError ?? 0,
  unlabeled: counters.Unlabeled ?? 0,
})
