import { MAX_PAGE_BYTES, type Page, toCursor } from '../../contracts/page.ts'
import type { StoredProblem } from '../../contracts/stored-problem.ts'
import type { Unreadable } from '../state/corrupt-state.ts'

/** Maximum of concurrent reads. S3 handles thousands of requests per second. */
const ITEMS_IN_FLIGHT = 32

/** How the items of a list are read. */
export interface ItemReader<Item> {
  /** Returns undefined for a name without an item. */
  read(name: string): Promise<Item | undefined>
  /** Returns what the list shows in place of an item that alone is too large for a page. */
  replace(name: string, unreadable: Unreadable): Item
}

/**
 * Reads the items of a page, up to the maximum size of a page. The next page begins after the last name read. An item
 * that alone is too large is replaced, so that the list gets past it.
 * @param isMore whether more names follow
 */
export async function readPage<Item>(
  names: readonly string[],
  isMore: boolean,
  reader: ItemReader<Item>,
): Promise<Page<Item>> {
  const { items, reached } = await readItems(names, reader)
  const last = names[reached - 1]
  const isLastPage = last === undefined || (reached === names.length && !isMore)
  return isLastPage ? { items } : { items, nextCursor: toCursor(last) }
}

/** @returns the items, and how many of the names were read */
async function readItems<Item>(
  names: readonly string[],
  { read, replace }: ItemReader<Item>,
): Promise<{ readonly items: readonly Item[]; readonly reached: number }> {
  const items: Item[] = []
  let bytes = 0
  for (let from = 0; from < names.length; from += ITEMS_IN_FLIGHT) {
    const next = names.slice(from, from + ITEMS_IN_FLIGHT)
    const batch = await Promise.all(next.map(read))
    for (const [index, item] of batch.entries()) {
      if (item === undefined) continue
      const itemBytes = Buffer.byteLength(JSON.stringify(item))
      const isTooLarge = itemBytes > MAX_PAGE_BYTES
      bytes += isTooLarge ? 0 : itemBytes
      if (bytes > MAX_PAGE_BYTES && items.length > 0) return { items, reached: from + index }
      items.push(isTooLarge ? replace(next[index] ?? '', { state: 'unreadable', problem: tooLarge(itemBytes) }) : item)
    }
  }
  return { items, reached: names.length }
}

const tooLarge = (bytes: number): StoredProblem => ({
  code: 'payload-too-large',
  detail: `The item has ${bytes} bytes, more than the ${MAX_PAGE_BYTES} of a page.`,
  errors: [],
})
