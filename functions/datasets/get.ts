import * as z from 'zod'
import { DatasetName, DatasetView } from '../../shared/contracts/dataset.ts'
import { describeDataset } from '../../shared/datasets/describe.ts'
import { getDataset } from '../../shared/datasets/store.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

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
    answers: { 200: DatasetView },
  },
  async ({ params: { dataset } }, ports) =>
    ok(await describeDataset(dataset, (await getDataset(dataset, ports)).value, ports)),
)

export const handler = lambda(endpoint, awsPorts)
