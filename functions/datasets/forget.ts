import * as z from 'zod'
import { DatasetName } from '../../shared/contracts/dataset.ts'
import { forgetDataset } from '../../shared/datasets/register/forget.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { noContent } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'DELETE',
    path: '/v1/datasets/{dataset}',
    operationId: 'forgetDataset',
    summary: 'Delete a dataset and its imports; batches made from it remain',
    scope: 'write',
    refuses: ['not-found', 'wrong-state'],
    params: z.object({ dataset: DatasetName }),
    answers: { 204: undefined },
  },
  async ({ params: { dataset } }, ports) => {
    await forgetDataset(dataset, ports)
    return noContent()
  },
)

export const handler = lambda(endpoint, awsPorts)
