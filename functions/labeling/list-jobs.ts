import { LabelingJobItem } from '../../shared/contracts/labeling-job.ts'
import { JOB_PAGE_FIELDS, JobQuery, listJobs } from '../../shared/labeling/jobs/list.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/labeling-jobs',
    operationId: 'listLabelingJobs',
    summary: 'List the labeling jobs of the account, newest first',
    scope: 'read',
    refuses: ['quota-reached'],
    permissions: [
      'readJobs',
      'readBatch',
      'listJobIndex',
      'listShards',
      'readLabelingWorks',
      'readShards',
      'readProgress',
      'writeProgress',
      'listLabelingJobs',
    ],
    query: JobQuery,
    paged: LabelingJobItem,
    pageFields: JOB_PAGE_FIELDS,
  },
  async ({ query }, ports) => ok(await listJobs(query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
