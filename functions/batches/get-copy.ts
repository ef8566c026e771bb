import * as z from 'zod'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { CopyProgress, isCopying } from '../../shared/copying/copy-progress.ts'
import { retryAfterSeconds } from '../../shared/copying/retry-after.ts'
import { getCopy } from '../../shared/copying/start-copy.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { acceptedInBackground, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/batches/{batch}/copy',
    operationId: 'getCopy',
    summary: 'Get copy progress and failures',
    scope: 'read',
    refuses: ['not-found', 'wrong-state'],
    permissions: ['listCopies', 'readBatch', 'readCopies'],
    params: z.object({ batch: BatchName }),
    answers: { 200: CopyProgress },
  },
  async ({ params: { batch } }, ports) => {
    const progress = await getCopy(batch, ports)
    return isCopying(progress) ? acceptedInBackground(progress, retryAfterSeconds(progress.total)) : ok(progress)
  },
)

export const handler = lambda(endpoint, awsPorts)
