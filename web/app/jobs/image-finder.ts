import type { BatchImage } from '../batches/image.ts'
import { get, toPath, withQuery } from '../frame/calls.ts'
import type { PageContext } from '../frame/page.ts'
import type { ListPage } from '../frame/paged-list.ts'

/** Finds the images of results: these name the copy, and have no link to it. */
export interface ImageFinder {
  /** Path of the call that it makes. */
  readonly path: string
  /** The image with this copy; undefined until it is found. */
  find(sourceRef: string | undefined): BatchImage | undefined
  /** Loads images until all these are found, or there are no more. */
  load(sourceRefs: readonly string[]): Promise<void>
  /** Makes the links anew, as they are valid for minutes. */
  renew(): void
}

const PAGE_IMAGES = 200
const RENEW_MILLISECONDS = 60_000

/** Makes what finds the images of a batch. Results are in the order of the batch, so that its pages are read once. */
export function imageFinder(batch: string, { client, redraw, signal }: PageContext): ImageFinder {
  const path = withQuery(`${toPath('batches', batch)}/images`, { links: true, limit: PAGE_IMAGES })
  const found = new Map<string, BatchImage>()
  let cursors: (string | undefined)[] = []
  let next: string | undefined
  let isEnd = false
  let isLoading = false
  let renewedAt = 0
  const read = async (cursor: string | undefined): Promise<string | undefined> => {
    const from = cursor === undefined ? path : `${path}&cursor=${encodeURIComponent(cursor)}`
    const { body } = await client.call<ListPage<BatchImage>>(get(from), { signal })
    for (const image of body.items) found.set(image.destination, image)
    redraw()
    return body.nextCursor
  }
  const load = async (sourceRefs: readonly string[]): Promise<void> => {
    if (isLoading) return
    isLoading = true
    try {
      while (!isEnd && !signal.aborted && sourceRefs.some((sourceRef) => !found.has(sourceRef))) {
        cursors = [...cursors, next]
        next = await read(next)
        isEnd = next === undefined
      }
    } catch {
      // Results can be read without their images. The next page of results tries again.
      cursors = cursors.slice(0, -1)
    }
    isLoading = false
  }
  return {
    path,
    load,
    find: (sourceRef) => (sourceRef === undefined ? undefined : found.get(sourceRef)),
    renew: () => {
      if (Date.now() - renewedAt < RENEW_MILLISECONDS) return
      renewedAt = Date.now()
      for (const cursor of cursors) read(cursor).catch(() => undefined)
    },
  }
}
