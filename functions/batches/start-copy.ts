import * as z from 'zod'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { CopyPreview } from '../../shared/contracts/batch-preview.ts'
import { CopyProgress } from '../../shared/copying/copy-progress.ts'
import { retryAfterSeconds } from '../../shared/copying/retry-after.ts'
import { previewCopy, startCopy } from '../../shared/copying/start-copy.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { accepted, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { flag, ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/batches/{batch}/copy',
    operationId: 'startCopy',
    summary: 'Start copying the images into the bucket; repeat it to retry those that failed',
    scope: 'write',
    refuses: ['not-found', 'wrong-state'],
    permissions: ['listCopies', 'readBatch', 'readCopies', 'writeCopies', 'sendTasks', 'seePages', 'allowPages'],
    params: z.object({ batch: BatchName }),
    query: ValidateOnlyQuery.extend({
      verify: flag('Look at every good copy as well, and copy again those that are gone or were changed'),
    }),
    answers: { 200: z.union([CopyProgress, CopyPreview]), 202: CopyProgress },
  },
  async ({ params: { batch }, query: { validateOnly, verify } }, ports) => {
    if (validateOnly) return ok(await previewCopy(batch, ports, { verify }))
    const { started, progress } = await startCopy(batch, ports, { verify })
    if (!started) return ok(progress)
    return accepted(progress, `/v1/batches/${batch}/copy`, retryAfterSeconds(progress.total))
  },
)

export const handler = lambda(endpoint, awsPorts)
