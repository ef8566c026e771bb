import * as z from 'zod'
import { ClassSummary } from '../../shared/contracts/class-summary.ts'
import { DatasetName } from '../../shared/contracts/dataset.ts'
import { fromCursor, PageQuery, toCursor } from '../../shared/contracts/page.ts'
import { readyDataset } from '../../shared/datasets/classes/class-files.ts'
import { browseClasses } from '../../shared/open-images/browse-classes.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/datasets/{dataset}/classes',
    operationId: 'browseClasses',
    summary: 'List the classes of a dataset, with image and box counts',
    scope: 'read',
    refuses: ['not-found', 'wrong-state', 'bad-source'],
    permissions: ['listDatasets', 'readDataset', 'readClasses'],
    params: z.object({ dataset: DatasetName }),
    query: PageQuery.extend({
      search: z.string().max(100).optional().describe('Part of a class name or id; case is ignored'),
    }),
    paged: ClassSummary,
  },
  async ({ params: { dataset }, query: { search, limit, cursor } }, ports) => {
    const { classes } = await readyDataset(dataset, ports)
    const { items, next } = browseClasses(classes.list, classes.counts, { search, after: fromCursor(cursor), limit })
    return ok({ items, ...(next !== undefined && { nextCursor: toCursor(next) }) })
  },
)

export const handler = lambda(endpoint, awsPorts)
