import type { TemplateResult } from 'lit-html'
import type { BatchView } from '../../../shared/contracts/batch.ts'
import { get, toPath, withCursor, withQuery } from '../frame/calls.ts'
import { toApiError } from '../frame/client.ts'
import type { PageContext } from '../frame/page.ts'
import type { ListPage } from '../frame/paged-list.ts'
import { makeStore } from '../frame/store.ts'
import { makeClassNames } from './class-names.ts'
import { EMPTY_GALLERY, type Gallery, needsPage, PAGE_IMAGES, reduceGallery, unfinishedPages } from './gallery-state.ts'
import { galleryView } from './gallery-view.ts'
import type { BatchImage } from './image.ts'
import { type Provenance, readProvenance } from './provenance.ts'

/** The images of a batch, with what is drawn over them. */
export interface GalleryPart {
  /** Path of the call that it makes. */
  readonly path: string
  view(batch: BatchView): TemplateResult
  /** Begins, once the images are chosen. */
  start(): void
  /** Looks again at the images without a copy, as copying goes on. */
  copiesChanged(): Promise<void>
  /** Reads author and license of the images from the manifest, until some are found. */
  loadProvenance(): Promise<void>
  hasProvenance(): boolean
}

/** Links are valid for minutes. After one has failed, all are made anew, but not more often than this. */
const RENEW_MILLISECONDS = 60_000

/** Opens the gallery of a batch. */
export function openGallery(batch: string, context: PageContext): GalleryPart {
  const { client, redraw, signal } = context
  const path = withQuery(`${toPath('batches', batch)}/images`, { links: true, limit: PAGE_IMAGES })
  const names = makeClassNames(context)
  let provenance: ReadonlyMap<string, Provenance> = new Map()
  let isReadingManifest = false
  let isStarted = false
  let isRefreshing = false
  let isOutdated = false
  let renewedAt = 0

  const load = async (cursor: string | undefined, renewLinks = false): Promise<void> => {
    try {
      const page = cursor === undefined ? path : withCursor(path, cursor)
      const { body } = await client.call<ListPage<BatchImage>>(get(page), { signal })
      store.send({ type: 'loaded', cursor, page: body, renewLinks })
    } catch (error) {
      if (!signal.aborted) store.send({ type: 'failed', problem: toApiError(error) })
    }
  }
  const loadNext = (gallery: Gallery): void => {
    if (!isStarted || !needsPage(gallery)) return
    store.send({ type: 'started' })
    void load(gallery.nextCursor)
  }
  const store = makeStore(reduceGallery, EMPTY_GALLERY, (gallery) => {
    redraw()
    loadNext(gallery)
  })
  const refresh = async (findPages: () => Gallery['pages'], renewLinks: boolean): Promise<void> => {
    isOutdated = isRefreshing
    if (isRefreshing) return
    isRefreshing = true
    for (const { cursor } of findPages()) await load(cursor, renewLinks)
    isRefreshing = false
    // Something has changed meanwhile, perhaps for the last time.
    if (isOutdated && !signal.aborted) await refresh(findPages, renewLinks)
  }
  const renewLinks = (): void => {
    if (Date.now() - renewedAt < RENEW_MILLISECONDS) return
    renewedAt = Date.now()
    void refresh(() => store.state.pages, true)
  }
  return {
    path,
    start: () => {
      isStarted = true
      loadNext(store.state)
    },
    copiesChanged: () => refresh(() => unfinishedPages(store.state), false),
    hasProvenance: () => provenance.size > 0,
    loadProvenance: async () => {
      if (provenance.size > 0 || isReadingManifest) return
      isReadingManifest = true
      // Without a manifest that can be read, images are shown without author and license.
      provenance = readProvenance(await client.text(`${toPath('batches', batch)}/manifest`, signal).catch(() => ''))
      isReadingManifest = false
      redraw()
    },
    view: (view) =>
      galleryView({
        batch: view,
        gallery: store.state,
        current: () => store.state,
        provenance,
        names,
        context,
        send: store.send,
        onBroken: renewLinks,
      }),
  }
}
