import * as z from 'zod'
import { WorkerName, WorkerView } from '../../shared/contracts/worker.ts'
import { getWorker } from '../../shared/labeling/workers/get.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/workers/{worker}',
    operationId: 'getWorker',
    summary: 'Get a worker: role, jobs, seats, and when the link was last opened',
    scope: 'read',
    refuses: ['not-found'],
    permissions: ['seeBucket', 'readWorkers'],
    params: z.object({ worker: WorkerName }),
    answers: { 200: WorkerView },
  },
  async ({ params: { worker } }, ports) => ok(await getWorker(worker, ports)),
)

export const handler = lambda(endpoint, awsPorts)
