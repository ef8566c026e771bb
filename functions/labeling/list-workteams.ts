import { listWorkteams, WorkteamView } from '../../shared/labeling/sagemaker/workteams.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/workteams',
    operationId: 'listWorkteams',
    summary: 'List the private work teams with their sign-in URLs',
    scope: 'read',
    refuses: ['quota-reached'],
    permissions: ['seeBucket', 'listWorkteams'],
    paged: WorkteamView,
  },
  async ({ query }, ports) => ok(await listWorkteams(query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
