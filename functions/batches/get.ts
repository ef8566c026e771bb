import * as z from 'zod'
import { awsPorts } from '../../shared/aws-ports.ts'
import { BatchName, BatchView } from '../../shared/batches/batch.ts'
import { describeBatch } from '../../shared/batches/describe.ts'
import { getBatch } from '../../shared/batches/store.ts'
import { ok } from '../../shared/http/reply.ts'
import { lambda, route } from '../../shared/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/batches/{batch}',
    operationId: 'getBatch',
    summary: 'Show a batch: its state, its classes and what each is short by',
    scope: 'read',
    refuses: [],
    params: z.object({ batch: BatchName }),
    answers: { 200: BatchView },
  },
  async ({ params: { batch } }, ports) => ok(await describeBatch(batch, (await getBatch(batch, ports)).value, ports)),
)

export const handler = lambda(endpoint, awsPorts)
