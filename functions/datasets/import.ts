import * as z from 'zod'
import { DatasetName, DatasetView } from '../../shared/contracts/dataset.ts'
import { describeDataset } from '../../shared/datasets/describe.ts'
import { ImportPreview } from '../../shared/datasets/import/import-preview.ts'
import { previewImport, startImport } from '../../shared/datasets/import/start-import.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { accepted, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/datasets/{dataset}/import',
    operationId: 'importDataset',
    summary: 'Import the metadata files; calling it again resumes a running import',
    scope: 'write',
    refuses: ['not-found', 'wrong-state', 'bad-source', 'preflight-failed'],
    permissions: [
      'listDatasets',
      'readData',
      'readSources',
      'listSources',
      'writeImports',
      'endImportParts',
      'removeImports',
      'sendTasks',
    ],
    params: z.object({ dataset: DatasetName }),
    query: ValidateOnlyQuery,
    answers: { 200: ImportPreview, 202: DatasetView },
  },
  async ({ params: { dataset }, query: { validateOnly } }, ports) => {
    if (validateOnly) return ok(await previewImport(dataset, ports))
    const state = await startImport(dataset, ports)
    return accepted(await describeDataset(dataset, state, ports), `/v1/datasets/${dataset}`)
  },
)

export const handler = lambda(endpoint, awsPorts)
