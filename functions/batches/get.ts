import * as z from 'zod'
import { getBatch } from '../../shared/batches/record/store.ts'
import { batchRetryAfterSeconds, isInBackground, toBatchView } from '../../shared/batches/view.ts'
import { BatchView } from '../../shared/contracts/batch.ts'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { acceptedInBackground, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/batches/{batch}',
    operationId: 'getBatch',
    summary: 'Get a batch: its state, its run, and its classes with what they are short by',
    scope: 'read',
    refuses: ['not-found'],
    permissions: ['listCopies', 'readBatch', 'readCopies'],
    params: z.object({ batch: BatchName }),
    answers: { 200: BatchView },
  },
  async ({ params: { batch } }, ports) => {
    const view = await toBatchView(batch, (await getBatch(batch, ports)).value, ports)
    return isInBackground(view) ? acceptedInBackground(view, batchRetryAfterSeconds(view)) : ok(view)
  },
)

export const handler = lambda(endpoint, awsPorts)
