import * as z from 'zod'
import { DatasetName, DatasetView } from '../../shared/contracts/dataset.ts'
import { describeDataset } from '../../shared/datasets/describe.ts'
import { cancelImport } from '../../shared/datasets/import/cancel-import.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'DELETE',
    path: '/v1/datasets/{dataset}/import',
    operationId: 'cancelImport',
    summary: 'Cancel the running import; the previous import remains usable',
    scope: 'write',
    refuses: ['not-found', 'wrong-state'],
    permissions: ['listDatasets', 'readImports', 'writeImports', 'endImportParts', 'removeImports'],
    params: z.object({ dataset: DatasetName }),
    answers: { 200: DatasetView },
  },
  async ({ params: { dataset } }, ports) =>
    ok(await describeDataset(dataset, await cancelImport(dataset, ports), ports)),
)

export const handler = lambda(endpoint, awsPorts)
