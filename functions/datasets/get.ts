import * as z from 'zod'
import { awsPorts } from '../../shared/aws-ports.ts'
import { DatasetName, DatasetView } from '../../shared/contracts/dataset.ts'
import { describeDataset } from '../../shared/datasets/describe.ts'
import { getDataset } from '../../shared/datasets/store.ts'
import { ok } from '../../shared/http/reply.ts'
import { lambda, route } from '../../shared/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/datasets/{dataset}',
    operationId: 'getDataset',
    summary: 'Show a dataset: its state, sources, counts, and how far its import is',
    scope: 'read',
    refuses: ['not-found'],
    params: z.object({ dataset: DatasetName }),
    answers: { 200: DatasetView },
  },
  async ({ params: { dataset } }, ports) =>
    ok(await describeDataset(dataset, (await getDataset(dataset, ports)).value, ports)),
)

export const handler = lambda(endpoint, awsPorts)
