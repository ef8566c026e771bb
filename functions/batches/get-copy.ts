import * as z from 'zod'
import { awsPorts } from '../../shared/aws-ports.ts'
import { BatchName } from '../../shared/batches/batch.ts'
import { getCopy } from '../../shared/batches/copy.ts'
import { CopyProgress } from '../../shared/batches/copy-progress.ts'
import { ok } from '../../shared/http/reply.ts'
import { lambda, route } from '../../shared/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/batches/{batch}/copy',
    summary: 'Show how far the copying of a batch is, with each failure',
    scope: 'read',
    params: z.object({ batch: BatchName }),
    answers: { 200: CopyProgress },
  },
  async ({ params: { batch } }, ports) => ok(await getCopy(batch, ports)),
)

export const handler = lambda(endpoint, awsPorts)
