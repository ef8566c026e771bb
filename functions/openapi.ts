import * as z from 'zod'
import contract from '../docs/openapi.json' with { type: 'json' }
import { anonymousPorts } from '../shared/platform/anonymous-ports.ts'
import { publicLambda, route } from '../shared/platform/http/route.ts'
import { staticFile } from '../shared/platform/http/static-file.ts'

const file = staticFile('application/json', async () => JSON.stringify(contract))

/** GET /openapi.json: the OpenAPI document that `npm run contract` generated. */
export const endpoint = route(
  {
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getContract',
    summary: 'Get this OpenAPI 3.1 document',
    scope: undefined,
    refuses: [],
    permissions: [],
    isPage: true,
    answers: { 200: z.record(z.string(), z.unknown()).meta({ description: 'An OpenAPI 3.1 document.' }) },
  },
  ({ acceptEncoding }, _ports: object) => file(acceptEncoding, 'public, no-cache'),
)

export const handler = publicLambda(endpoint, anonymousPorts)
