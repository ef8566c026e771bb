import * as z from 'zod'
import { DatasetName, DatasetView, Registration } from '../../shared/contracts/dataset.ts'
import { describeDataset } from '../../shared/datasets/describe.ts'
import { registerDataset } from '../../shared/datasets/register/register.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { created, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'

export const endpoint = route(
  {
    method: 'PUT',
    path: '/v1/datasets/{dataset}',
    operationId: 'registerDataset',
    summary: 'Register a dataset of your own in the Open Images CSV format',
    scope: 'write',
    refuses: ['conflict', 'wrong-state', 'bad-source'],
    permissions: ['listDatasets', 'readDataset', 'readImportPlan', 'writeDataset'],
    params: z.object({ dataset: DatasetName }),
    query: ValidateOnlyQuery,
    body: Registration,
    answers: { 200: DatasetView, 201: DatasetView },
  },
  async ({ params: { dataset }, query, body }, ports) => {
    const registered = await registerDataset(dataset, body, query, ports)
    const view = await describeDataset(dataset, registered.state, ports)
    return registered.created ? created(view, `/v1/datasets/${dataset}`) : ok(view)
  },
)

export const handler = lambda(endpoint, awsPorts)
