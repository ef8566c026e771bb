import { DatasetListItem, listDatasets } from '../../shared/datasets/list.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/datasets',
    operationId: 'listDatasets',
    summary: 'List datasets: the catalog and registered datasets',
    scope: 'read',
    refuses: [],
    permissions: ['listDatasets', 'readDataset', 'readImportPlan'],
    paged: DatasetListItem,
  },
  async ({ query }, ports) => ok(await listDatasets(query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
