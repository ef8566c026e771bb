import * as z from 'zod'
import { WorkerName } from '../../shared/contracts/worker.ts'
import { removeWorker } from '../../shared/labeling/workers/remove.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { noContent } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'DELETE',
    path: '/v1/workers/{worker}',
    operationId: 'removeWorker',
    summary: 'Remove a worker; sessions end within a minute, and answers stay',
    scope: 'write',
    refuses: ['not-found'],
    permissions: ['seeBucket', 'readWorkers', 'removeWorkers', 'removeWorkerLinks'],
    params: z.object({ worker: WorkerName }),
    answers: { 204: undefined },
  },
  async ({ params: { worker } }, ports) => {
    await removeWorker(worker, ports)
    return noContent()
  },
)

export const handler = lambda(endpoint, awsPorts)
