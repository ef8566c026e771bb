import { createLabelingJob } from './create-job.ts'
import { describeLabelingJob } from './describe-job.ts'
import { listLabelingJobs } from './list-jobs.ts'
import type { Operation } from './service.ts'
import { stopLabelingJob } from './stop-job.ts'
import { describeWorkteam, listWorkteams } from './workteams.ts'

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['CreateLabelingJob', createLabelingJob],
  ['DescribeLabelingJob', describeLabelingJob],
  ['ListLabelingJobs', listLabelingJobs],
  ['StopLabelingJob', stopLabelingJob],
  ['ListWorkteams', listWorkteams],
  ['DescribeWorkteam', describeWorkteam],
])

export const findOperation = (name: string): Operation | undefined => operations.get(name)
