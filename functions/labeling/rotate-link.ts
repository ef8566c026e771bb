import * as z from 'zod'
import { WorkerName, WorkerWithLink } from '../../shared/contracts/worker.ts'
import { rotateLink } from '../../shared/labeling/workers/rotate-link.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { created } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/workers/{worker}/rotate-link',
    operationId: 'rotateLink',
    summary: 'Replace the link of a worker; the previous one and its sessions end within a minute',
    scope: 'write',
    refuses: ['not-found'],
    permissions: ['seeBucket', 'readWorkers', 'writeWorkers', 'writeWorkerLinks', 'removeWorkerLinks'],
    params: z.object({ worker: WorkerName }),
    answers: { 201: WorkerWithLink },
  },
  async ({ params: { worker } }, ports) => created(await rotateLink(worker, ports), `/v1/workers/${worker}`),
)

export const handler = lambda(endpoint, awsPorts)
