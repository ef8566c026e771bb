import { awsPorts } from '../../shared/aws-ports.ts'
import { PageQuery, pageOf } from '../../shared/contracts/page.ts'
import { ok } from '../../shared/http/reply.ts'
import { lambda, route } from '../../shared/http/route.ts'
import { listWorkteams, WorkteamView } from '../../shared/labeling/workteams.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/workteams',
    operationId: 'listWorkteams',
    summary: 'List the private work teams, with the address that their members sign in at',
    scope: 'read',
    refuses: ['quota-reached'],
    query: PageQuery,
    answers: { 200: pageOf(WorkteamView) },
  },
  async ({ query }, ports) => ok(await listWorkteams(query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
