import * as z from 'zod'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { CopyProgress } from '../../shared/copying/copy-progress.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { noContent, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'DELETE',
    path: '/v1/batches/{batch}/copy',
    operationId: 'cancelCopy',
    summary: 'Cancel the copying of a batch, and its run; what is done stays',
    description:
      'A run is stopped at whatever step it is, until its labeling job is being started: nothing more is begun. An answer without a body: only a run was stopped, which had not begun to copy. Repeating the PUT of the batch goes on.',
    scope: 'write',
    refuses: ['not-found', 'wrong-state'],
    params: z.object({ batch: BatchName }),
    answers: { 200: CopyProgress, 204: undefined },
  },
  async ({ params: { batch } }, ports) => {
    const progress = await cancelCopy(batch, ports)
    return progress ? ok(progress) : noContent()
  },
)

export const handler = lambda(endpoint, awsPorts)
