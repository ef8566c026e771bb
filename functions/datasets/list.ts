import { awsPorts } from '../../shared/aws-ports.ts'
import { DatasetView } from '../../shared/datasets/dataset.ts'
import { listDatasets } from '../../shared/datasets/list.ts'
import { PageQuery, pageOf } from '../../shared/http/page.ts'
import { ok } from '../../shared/http/reply.ts'
import { lambda, route } from '../../shared/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/datasets',
    summary: 'List the datasets known: the catalog and those registered',
    scope: 'read',
    query: PageQuery,
    answers: { 200: pageOf(DatasetView) },
  },
  async ({ query }, ports) => ok(await listDatasets(query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
