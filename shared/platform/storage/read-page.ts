import { MAX_PAGE_BYTES, type Page, toCursor } from '../../contracts/page.ts'

/** Maximum of concurrent reads. S3 handles thousands of requests per second. */
const ITEMS_IN_FLIGHT = 32

/**
 * Reads the items of a page, up to the maximum size of a response body. The next page begins after the last name read.
 * @param isMore whether more names follow
 * @param read returns undefined for a name without an item
 */
export async function readPage<Item>(
  names: readonly string[],
  isMore: boolean,
  read: (name: string) => Promise<Item | undefined>,
): Promise<Page<Item>> {
  const { items, reached } = await readItems(names, read)
  const last = names[reached - 1]
  const isLastPage = last === undefined || (reached === names.length && !isMore)
  return isLastPage ? { items } : { items, nextCursor: toCursor(last) }
}

/** @returns the items, and how many of the names were read */
async function readItems<Item>(
  names: readonly string[],
  read: (name: string) => Promise<Item | undefined>,
): Promise<{ readonly items: readonly Item[]; readonly reached: number }> {
  const items: Item[] = []
  let bytes = 0
  for (let from = 0; from < names.length; from += ITEMS_IN_FLIGHT) {
    const batch = await Promise.all(names.slice(from, from + ITEMS_IN_FLIGHT).map(read))
    for (const [index, item] of batch.entries()) {
      if (item === undefined) continue
      bytes += Buffer.byteLength(JSON.stringify(item))
      if (bytes > MAX_PAGE_BYTES && items.length > 0) return { items, reached: from + index }
      items.push(item)
    }
  }
  return { items, reached: names.length }
}
