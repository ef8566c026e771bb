import { awsPorts } from '../../shared/aws-ports.ts'
import { LabelingJobItem } from '../../shared/contracts/labeling-job.ts'
import { pageOf } from '../../shared/contracts/page.ts'
import { ok } from '../../shared/http/reply.ts'
import { lambda, route } from '../../shared/http/route.ts'
import { JobQuery, listJobs } from '../../shared/labeling/list.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/labeling-jobs',
    operationId: 'listLabelingJobs',
    summary: 'List the labeling jobs of the account, newest first',
    scope: 'read',
    refuses: ['quota-reached'],
    query: JobQuery,
    answers: { 200: pageOf(LabelingJobItem) },
  },
  async ({ query }, ports) => ok(await listJobs(query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
