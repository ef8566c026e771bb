import * as z from 'zod'
import { fromCursor, invalidCursor, limitPage, type Page, PageQuery } from '../contracts/page.ts'
import type { Ports } from '../platform/ports.ts'
import { readOrUnreadable } from '../platform/state/corrupt-state.ts'
import { listNames, toRecordNames } from '../platform/storage/list-names.ts'
import { readPage } from '../platform/storage/read-page.ts'
import { toTestImageView } from './describe.ts'
import { findLoss } from './find-loss.ts'
import { findTestImage, STATES_FOLDER, testImageRef } from './store.ts'
import { LOSSES, TestImageId, type TestImageItem, type TestImageView, VERIFY } from './test-image.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'bucket' | 'now'>

export const TestImagesQuery = PageQuery.extend({
  state: z
    .enum(['queued', 'stored', 'failed', 'unreadable', ...LOSSES])
    .optional()
    .describe('Only test images in this state; `gone` and `changed` require `verify`'),
  verify: VERIFY,
}).refine(({ state, verify }) => verify || !LOSSES.some((loss) => loss === state), {
  path: ['state'],
  error: ({ input }) => `must be with verify=true to find images that are ${Object(input).state}`,
})
type TestImagesQuery = Omit<z.infer<typeof TestImagesQuery>, 'verify'> & { readonly verify?: boolean }

/**
 * Returns a page of test images, sorted by id. Filtered by state, a page may be short or empty without being the last
 * one. An image whose state cannot be read has the state `unreadable`. With `verify`, also looks whether the object of
 * each stored image of the page is still there: one request for each.
 */
export async function listTestImages(query: TestImagesQuery, ports: Needs): Promise<Page<TestImageItem>> {
  const limit = limitPage(query)
  const after = fromCursor(query.cursor)
  if (after !== undefined && !TestImageId.safeParse(after).success) throw invalidCursor()
  const { names, isMore } = await listNames(
    (from = STATES_FOLDER) => ports.objects.list(STATES_FOLDER, { limit, after: from }),
    (page) => toRecordNames(page, STATES_FOLDER, TestImageId),
    after && testImageRef(after).key,
  )
  return readPage<TestImageItem>(names, isMore, {
    read: async (imageId) => {
      const item = await readOrUnreadable(findView(imageId, query, ports))
      return item && (query.state === undefined || item.state === query.state) ? { imageId, ...item } : undefined
    },
    replace: (imageId, unreadable) => ({ imageId, ...unreadable }),
  })
}

async function findView(
  imageId: string,
  { verify = false }: Pick<TestImagesQuery, 'verify'>,
  ports: Needs,
): Promise<TestImageView | undefined> {
  const found = await findTestImage(imageId, ports)
  return found && (await toTestImageView(found.value, ports, verify ? await findLoss(found.value, ports) : undefined))
}
