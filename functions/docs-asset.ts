import * as z from 'zod'
import { anonymousPorts } from '../shared/platform/anonymous-ports.ts'
import { ASSET_TYPES, sendAsset } from '../shared/platform/http/api-docs/assets.ts'
import { publicLambda, route } from '../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/docs/{asset}',
    operationId: 'getDocsAsset',
    summary: 'Get a file of Swagger UI, which renders the API documentation page',
    scope: undefined,
    refuses: ['not-found'],
    permissions: [],
    isPage: true,
    // Served as they are.
    packagedFiles: ['node_modules/swagger-ui-dist/swagger-ui-bundle.js', 'node_modules/swagger-ui-dist/swagger-ui.css'],
    produces: ASSET_TYPES,
    params: z.object({
      asset: z.string().describe('Name of the file; the names in the page change with their contents'),
    }),
    answers: { 200: undefined },
  },
  ({ params: { asset }, acceptEncoding }, _ports: object) => sendAsset(asset, acceptEncoding),
)

export const handler = publicLambda(endpoint, anonymousPorts)
