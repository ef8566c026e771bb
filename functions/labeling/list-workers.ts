import { WorkerItem } from '../../shared/contracts/worker.ts'
import { listWorkers } from '../../shared/labeling/workers/list.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/workers',
    operationId: 'listWorkers',
    summary: 'List workers, sorted by name, without their links',
    scope: 'read',
    refuses: [],
    permissions: ['listWorkers', 'readWorkers'],
    paged: WorkerItem,
  },
  async ({ query }, ports) => ok(await listWorkers(query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
