import * as z from 'zod'
import { deleteBatch, previewDeletion } from '../../shared/batches/delete.ts'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { DeletionPreview } from '../../shared/contracts/deletion.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { accepted, noContent, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'

export const endpoint = route(
  {
    method: 'DELETE',
    path: '/v1/batches/{batch}',
    operationId: 'deleteBatch',
    summary: 'Delete a batch with its images, manifests and labels',
    scope: 'write',
    refuses: ['not-found', 'wrong-state', 'quota-reached'],
    params: z.object({ batch: BatchName }),
    query: ValidateOnlyQuery,
    answers: { 200: DeletionPreview, 202: undefined, 204: undefined },
  },
  async ({ params: { batch }, query: { validateOnly } }, ports) => {
    if (validateOnly) return ok(await previewDeletion(batch, ports))
    const { gone } = await deleteBatch(batch, ports)
    return gone ? noContent() : accepted(undefined, `/v1/batches/${batch}`)
  },
)

export const handler = lambda(endpoint, awsPorts)
