import type { Listing, ListOptions, ObjectStore } from './ports.ts'

/** Yields all pages of a listing. Pages are requested lazily, so leaving the loop early saves requests. */
export async function* listingPages(
  { objects }: { readonly objects: ObjectStore },
  prefix: string,
  options: Omit<ListOptions, 'after'> = {},
): AsyncGenerator<Listing> {
  let after: string | undefined
  do {
    const page = await objects.list(prefix, { ...options, ...(after !== undefined && { after }) })
    yield page
    after = page.next
  } while (after !== undefined)
}
