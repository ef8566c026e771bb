import * as z from 'zod'
import { anonymousPorts } from '../shared/platform/anonymous-ports.ts'
import { ASSET_TYPES, readAsset } from '../shared/platform/http/api-docs/assets.ts'
import { publicLambda, route } from '../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/docs/{asset}',
    operationId: 'getDocsAsset',
    summary: 'Get an asset of the API documentation page',
    scope: undefined,
    refuses: ['not-found'],
    permissions: [],
    // Served as they are.
    packagedFiles: ['node_modules/swagger-ui-dist/swagger-ui-bundle.js', 'node_modules/swagger-ui-dist/swagger-ui.css'],
    produces: ASSET_TYPES,
    params: z.object({ asset: z.string().describe('Name of the file') }),
    answers: { 200: undefined },
  },
  async ({ params: { asset } }, _ports: object) => {
    const { type, text } = await readAsset(asset)
    const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'public, max-age=3600' }
    return { status: 200, headers, body: text }
  },
)

export const handler = publicLambda(endpoint, anonymousPorts)
