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
    summary: 'Cancel copying a batch, and its run',
    description:
      'What is done stays. A run is stopped at whatever step it is, unless it is creating its labeling job. The answer has no body when the run had not begun to copy. Repeat the PUT of the batch to resume.',
    scope: 'write',
    refuses: ['not-found', 'wrong-state'],
    permissions: ['listCopies', 'readBatch', 'readCopies', 'writeCopies', 'writeBatch', 'sendTasks'],
    params: z.object({ batch: BatchName }),
    answers: { 200: CopyProgress, 204: undefined },
  },
  async ({ params: { batch } }, ports) => {
    const progress = await cancelCopy(batch, ports)
    return progress ? ok(progress) : noContent()
  },
)

export const handler = lambda(endpoint, awsPorts)
