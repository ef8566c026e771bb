import * as z from 'zod'
import { JobName } from '../../shared/contracts/job-name.ts'
import { JobWorker } from '../../shared/contracts/labeling-progress.ts'
import { listJobWorkers } from '../../shared/labeling/jobs/list-workers.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/labeling-jobs/{job}/workers',
    operationId: 'listLabelingJobWorkers',
    summary: 'List the workers of a labeling job, and what each of them has done; not for jobs of SageMaker',
    scope: 'read',
    refuses: ['not-found', 'wrong-state', 'quota-reached'],
    permissions: [
      'listShards',
      'listWorkers',
      'readJobs',
      'readBatch',
      'readLabelingWorks',
      'readShards',
      'readWorkers',
      'readProgress',
      'writeProgress',
      'seeLabelingJobs',
    ],
    params: z.object({ job: JobName }),
    paged: JobWorker,
  },
  async ({ params: { job }, query }, ports) => ok(await listJobWorkers(job, query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
