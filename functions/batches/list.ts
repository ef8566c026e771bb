import { listBatches } from '../../shared/batches/list.ts'
import { BatchListItem } from '../../shared/contracts/batch.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/batches',
    operationId: 'listBatches',
    summary: 'List batches, sorted by name',
    scope: 'read',
    refuses: [],
    permissions: ['listBatchNames', 'listCopies', 'readBatch', 'readCopies'],
    paged: BatchListItem,
  },
  async ({ query }, ports) => ok(await listBatches(query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
