import * as z from 'zod'
import { deleteBatch, previewDeletion } from '../../shared/batches/delete.ts'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { DeletionPreview, DeletionReport } from '../../shared/contracts/deletion.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { accepted, noContent, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'

export const endpoint = route(
  {
    method: 'DELETE',
    path: '/v1/batches/{batch}',
    operationId: 'deleteBatch',
    summary: 'Delete a batch with its images, manifests and labels; what Groundwork did not write stays',
    scope: 'write',
    refuses: ['not-found', 'wrong-state', 'quota-reached'],
    permissions: [
      'listData',
      'readData',
      'writeBatch',
      'removeData',
      'keepDatasets',
      'sendTasks',
      'readJobs',
      'writeJobs',
      'writeProgress',
      'seeLabelingJobs',
      'sendEvents',
      'listLabelingWork',
      'readLabelingWork',
      'removeLabelingWork',
    ],
    params: z.object({ batch: BatchName }),
    query: ValidateOnlyQuery,
    answers: { 200: z.union([DeletionReport, DeletionPreview]), 202: undefined, 204: undefined },
  },
  async ({ params: { batch }, query: { validateOnly } }, ports) => {
    if (validateOnly) return ok(await previewDeletion(batch, ports))
    const report = await deleteBatch(batch, ports)
    if (!report) return accepted(undefined, `/v1/batches/${batch}`)
    return report.kept.objects > 0 ? ok(report) : noContent()
  },
)

export const handler = lambda(endpoint, awsPorts)
