import { MAX_PAGE_BYTES, type Page, toCursor } from '../../contracts/page.ts'

/** Items read at once; S3 answers thousands of requests a second. */
const ITEMS_IN_FLIGHT = 32

/**
 * Reads a page's items, some at a time, until they have as many bytes as an answer may have. The next page begins behind
 * the last name that this one got to.
 * @param isMore whether there are names behind these
 * @param read gives undefined for a name that stands for nothing
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

/** @returns the items, and how many of the names the page got to */
async function readItems<Item>(
  names: readonly string[],
  read: (name: string) => Promise<Item | undefined>,
): Promise<{ readonly items: readonly Item[]; readonly reached: number }> {
  const items: Item[] = []
  let bytes = 0
  for (let from = 0; from < names.length; from += ITEMS_IN_FLIGHT) {
    const some = await Promise.all(names.slice(from, from + ITEMS_IN_FLIGHT).map(read))
    for (const [index, item] of some.entries()) {
      if (item === undefined) continue
      bytes += Buffer.byteLength(JSON.stringify(item))
      if (bytes > MAX_PAGE_BYTES && items.length > 0) return { items, reached: from + index }
      items.push(item)
    }
  }
  return { items, reached: names.length }
}
