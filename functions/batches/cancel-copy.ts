import * as z from 'zod'
import { awsPorts } from '../../shared/aws-ports.ts'
import { BatchName } from '../../shared/batches/batch-name.ts'
import { cancelCopy } from '../../shared/batches/copy.ts'
import { CopyProgress } from '../../shared/batches/copy-progress.ts'
import { ok } from '../../shared/http/reply.ts'
import { lambda, route } from '../../shared/http/route.ts'

export const endpoint = route(
  {
    method: 'DELETE',
    path: '/v1/batches/{batch}/copy',
    operationId: 'cancelCopy',
    summary: 'Cancel the copying of a batch; what is copied stays',
    scope: 'write',
    refuses: ['not-found', 'wrong-state'],
    params: z.object({ batch: BatchName }),
    answers: { 200: CopyProgress },
  },
  async ({ params: { batch } }, ports) => ok(await cancelCopy(batch, ports)),
)

export const handler = lambda(endpoint, awsPorts)
