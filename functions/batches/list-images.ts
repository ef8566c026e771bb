import * as z from 'zod'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { BatchImage, listImages } from '../../shared/copying/list-images.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/batches/{batch}/images',
    operationId: 'listBatchImages',
    summary: 'List the images of a batch with boxes, source, destination and copy outcome',
    scope: 'read',
    refuses: ['not-found', 'wrong-state', 'bad-source'],
    permissions: ['listCopies', 'readBatch', 'readImageLines', 'readCopies'],
    params: z.object({ batch: BatchName }),
    paged: BatchImage,
  },
  async ({ params: { batch }, query }, ports) => ok(await listImages(batch, query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
