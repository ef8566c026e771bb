import * as z from 'zod'
import { WorkerName, WorkerRequest, WorkerView, WorkerWithLink } from '../../shared/contracts/worker.ts'
import { createWorker } from '../../shared/labeling/workers/create.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { created, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'

export const endpoint = route(
  {
    method: 'PUT',
    path: '/v1/workers/{worker}',
    operationId: 'createWorker',
    summary: 'Create a worker, who labels images; the 201 includes the link',
    scope: 'write',
    refuses: ['conflict'],
    permissions: ['seeBucket', 'readWorkers', 'writeWorkers', 'writeWorkerLinks', 'removeWorkerLinks'],
    params: z.object({ worker: WorkerName }),
    query: ValidateOnlyQuery,
    body: WorkerRequest,
    answers: { 200: WorkerView, 201: WorkerWithLink },
  },
  async ({ params: { worker }, query, body }, ports) => {
    const result = await createWorker(worker, body, query, ports)
    return 'created' in result ? created(result.created, `/v1/workers/${worker}`) : ok(result.view)
  },
)

export const handler = lambda(endpoint, awsPorts)
