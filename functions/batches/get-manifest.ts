import * as z from 'zod'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { readManifest } from '../../shared/manifests/input/read-manifest.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { seeOther } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/batches/{batch}/manifest',
    operationId: 'getManifest',
    summary: 'Get the input manifest as JSON Lines; over 4 MB, a redirect to a presigned link',
    scope: 'read',
    refuses: ['not-found'],
    permissions: ['listCopies', 'readBatch', 'readManifest'],
    params: z.object({ batch: BatchName }),
    answers: { 200: undefined, 303: undefined },
    produces: ['application/jsonl'],
  },
  async ({ params: { batch } }, ports) => {
    const manifest = await readManifest(batch, ports)
    if ('link' in manifest) return seeOther(manifest.link)
    return { status: 200, headers: { 'content-type': 'application/jsonl' }, body: manifest.text }
  },
)

export const handler = lambda(endpoint, awsPorts)
