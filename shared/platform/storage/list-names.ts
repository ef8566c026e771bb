import type * as z from 'zod'
import type { Listing } from './ports.ts'

/** The names in a part of a listing, and whether more keys follow. */
export interface ListedNames {
  readonly names: readonly string[]
  readonly isMore: boolean
}

/**
 * Lists the names in one page of keys, or in the next ones while a page has none. What else lies in the folder is
 * skipped before a page of an answer is cut, so that its cursor is always a name that the list accepts.
 * @param list requests the page of keys after a key
 * @param toNames returns the names in a page that a call can address
 */
export async function listNames(
  list: (after: string | undefined) => Promise<Listing>,
  toNames: (page: Listing) => readonly string[],
  after?: string,
): Promise<ListedNames> {
  let page = await list(after)
  let names = toNames(page)
  while (names.length === 0 && page.next !== undefined) {
    page = await list(page.next)
    names = toNames(page)
  }
  return { names, isMore: page.next !== undefined }
}

/** Returns the names of the objects `<folder><name>.json` that match the schema of such names. Pure. */
export const toRecordNames = ({ objects }: Listing, folder: string, schema: z.ZodType<string>): string[] =>
  objects
    .filter(({ key }) => key.endsWith('.json'))
    .map(({ key }) => key.slice(folder.length, -'.json'.length))
    .filter((name) => schema.safeParse(name).success)
