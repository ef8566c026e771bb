import * as z from 'zod'
import { DatasetName } from '../../shared/contracts/dataset.ts'
import { DeletionPreview, DeletionReport } from '../../shared/contracts/deletion.ts'
import { forgetDataset, previewForgetting } from '../../shared/datasets/register/forget.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { noContent, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'

export const endpoint = route(
  {
    method: 'DELETE',
    path: '/v1/datasets/{dataset}',
    operationId: 'forgetDataset',
    summary: 'Delete a dataset and its imports; batches made from it remain',
    scope: 'write',
    refuses: ['not-found', 'wrong-state'],
    permissions: ['listDatasets', 'readImports', 'writeDataset', 'endImportParts', 'removeImports'],
    params: z.object({ dataset: DatasetName }),
    query: ValidateOnlyQuery,
    answers: { 200: z.union([DeletionPreview, DeletionReport]), 204: undefined },
  },
  async ({ params: { dataset }, query: { validateOnly } }, ports) => {
    if (validateOnly) return ok(await previewForgetting(dataset, ports))
    const report = await forgetDataset(dataset, ports)
    return report.kept.objects === 0 ? noContent() : ok(report)
  },
)

export const handler = lambda(endpoint, awsPorts)
