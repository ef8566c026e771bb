import type { Listing, ListOptions, ObjectStore } from '../ports.ts'

/** The pages of a listing until its end; who leaves the loop early asks for no more of them. */
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
