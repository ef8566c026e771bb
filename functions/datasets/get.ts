import * as z from 'zod'
import { DatasetName, DatasetView } from '../../shared/contracts/dataset.ts'
import { describeDataset } from '../../shared/datasets/describe.ts'
import { findLostFiles } from '../../shared/datasets/lost-files.ts'
import { getDataset } from '../../shared/datasets/store.ts'
import { awaitAll } from '../../shared/platform/await-all.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { flag } from '../../shared/platform/http/validate-only.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/datasets/{dataset}',
    operationId: 'getDataset',
    summary: 'Get a dataset: state, sources, counts and import progress',
    scope: 'read',
    refuses: ['not-found'],
    permissions: ['listDatasets', 'readDataset', 'readImportPlan'],
    params: z.object({ dataset: DatasetName }),
    query: z.strictObject({
      verify: flag('Look whether the files of the current import are still there, as they were imported'),
    }),
    answers: { 200: DatasetView },
  },
  async ({ params: { dataset }, query: { verify } }, ports) => {
    const { value } = await getDataset(dataset, ports)
    const [view, lostFiles] = await awaitAll([
      describeDataset(dataset, value, ports),
      verify ? findLostFiles(dataset, value, ports) : undefined,
    ])
    return ok({ ...view, ...(lostFiles && { lostFiles }) })
  },
)

export const handler = lambda(endpoint, awsPorts)
