import * as z from 'zod'
import { EpochSeconds, MaxResults, NextToken, ResourceName, SortOrder, stringMatching } from './constraints.ts'
import { JobStatus } from './job-status.ts'

/** The DescribeLabelingJob and StopLabelingJob requests. */
export const JobRequest = z.object({ LabelingJobName: ResourceName })

/** The DescribeWorkteam request. */
export const WorkteamRequest = z.object({ WorkteamName: ResourceName })

/** The ListLabelingJobs request. */
export const ListJobsRequest = z.object({
  CreationTimeAfter: EpochSeconds.optional(),
  CreationTimeBefore: EpochSeconds.optional(),
  LastModifiedTimeAfter: EpochSeconds.optional(),
  LastModifiedTimeBefore: EpochSeconds.optional(),
  MaxResults: MaxResults.default(10),
  NextToken: NextToken.optional(),
  NameContains: stringMatching('[a-zA-Z0-9\\-]+', 0, 63).optional(),
  SortBy: z.enum(['Name', 'CreationTime', 'Status']).default('CreationTime'),
  SortOrder: SortOrder.default('Ascending'),
  StatusEquals: JobStatus.optional(),
})
export type ListJobsRequest = z.infer<typeof ListJobsRequest>

/** The ListWorkteams request. */
export const ListWorkteamsRequest = z.object({
  MaxResults: MaxResults.default(10),
  NextToken: NextToken.optional(),
  NameContains: ResourceName.optional(),
  SortBy: z.enum(['Name', 'CreateDate']).default('Name'),
  SortOrder: SortOrder.default('Ascending'),
})
export type ListWorkteamsRequest = z.infer<typeof ListWorkteamsRequest>
