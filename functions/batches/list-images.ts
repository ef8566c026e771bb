import * as z from 'zod'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { MAX_VERIFIED_ITEMS, PageQuery } from '../../shared/contracts/page.ts'
import { BatchImage, listImages } from '../../shared/copying/list-images.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok, okWithLinks } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { flag } from '../../shared/platform/http/validate-only.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/batches/{batch}/images',
    operationId: 'listBatchImages',
    summary: 'List the images of a batch with boxes, source, destination and copy outcome',
    scope: 'read',
    refuses: ['not-found', 'wrong-state', 'bad-source'],
    permissions: ['listCopies', 'listCopiedImages', 'readBatch', 'readImageLines', 'readCopies', 'readCopiedImages'],
    params: z.object({ batch: BatchName }),
    query: PageQuery.extend({
      verify: flag(
        `Look whether the copies of this page are still there, as they were made; a page then has at most ${MAX_VERIFIED_ITEMS} items`,
      ),
      links: flag('Add a link to each image that has a good copy'),
    }),
    paged: BatchImage,
  },
  async ({ params: { batch }, query }, ports) => {
    const page = await listImages(batch, query, ports)
    return query.links ? okWithLinks(page) : ok(page)
  },
)

export const handler = lambda(endpoint, awsPorts)
