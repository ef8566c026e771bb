import { WorkerJobItem } from '../../shared/contracts/worker-job.ts'
import { listWorkerJobs } from '../../shared/labeling/engine/serving/list-worker-jobs.ts'
import { workerSessions } from '../../shared/labeling/workers/session.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/me/jobs',
    operationId: 'listMyJobs',
    summary: 'List the labeling jobs of the worker, sorted by name',
    scope: 'label',
    sessions: workerSessions,
    refuses: [],
    permissions: [
      'listLabelingWorks',
      'readLabelingWorks',
      'readProgress',
      'listShards',
      'readShards',
      'writeProgress',
    ],
    paged: WorkerJobItem,
  },
  async ({ query, worker }, ports) => ok(await listWorkerJobs(worker, query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
