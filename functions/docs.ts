import { anonymousPorts } from '../shared/platform/anonymous-ports.ts'
import { PAGE, PAGE_POLICY } from '../shared/platform/http/api-docs/page.ts'
import { publicLambda, route } from '../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/docs',
    operationId: 'getDocs',
    summary: 'API documentation page',
    scope: undefined,
    refuses: [],
    permissions: [],
    isPage: true,
    produces: ['text/html'],
    answers: { 200: undefined },
  },
  async (_input, _ports: object) => ({
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
      'cache-control': 'public, no-cache',
    },
    body: PAGE,
  }),
)

export const handler = publicLambda(endpoint, anonymousPorts)
