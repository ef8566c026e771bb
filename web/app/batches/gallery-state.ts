import type { Flag } from '../../../shared/contracts/flags.ts'
import type { ListPage } from '../frame/paged-list.ts'
import type { Problem } from '../frame/problem.ts'
import type { BatchImage } from './image.ts'

/** Which images are shown; empty for all. */
export interface ImageFilter {
  readonly className: string
  readonly flag: Flag | ''
  /** The outcome of the copy; `none` for images that were not tried yet. */
  readonly copy: string
}

/** A page of images, as it was loaded. */
interface GalleryPage {
  /** Where it begins; undefined for the first. */
  readonly cursor: string | undefined
  readonly images: readonly BatchImage[]
}

/** The images of a batch that are loaded, and how they are looked through. */
export interface Gallery {
  readonly pages: readonly GalleryPage[]
  readonly nextCursor: string | undefined
  readonly isLoading: boolean
  readonly problem: Problem | undefined
  readonly filter: ImageFilter
  /** How many images that match are to be shown. */
  readonly wanted: number
  /** How many more pages may be loaded to find them, so that a rare match does not load a whole batch. */
  readonly budget: number
}

export type GalleryEvent =
  | { readonly type: 'started' }
  | {
      readonly type: 'loaded'
      readonly cursor: string | undefined
      readonly page: ListPage<BatchImage>
      readonly renewLinks?: boolean
    }
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'filtered'; readonly filter: Partial<ImageFilter> }
  | { readonly type: 'more' }

/** So many images are asked for at once. */
export const PAGE_IMAGES = 60
const MAX_SEARCHED_PAGES = 10

const NO_FILTER: ImageFilter = { className: '', flag: '', copy: '' }

/** A gallery of which nothing is loaded. */
export const EMPTY_GALLERY: Gallery = {
  pages: [],
  nextCursor: undefined,
  isLoading: false,
  problem: undefined,
  filter: NO_FILTER,
  wanted: PAGE_IMAGES,
  budget: MAX_SEARCHED_PAGES,
}

/** Returns the gallery after an event. Pure. */
export function reduceGallery(gallery: Gallery, event: GalleryEvent): Gallery {
  switch (event.type) {
    case 'started':
      return { ...gallery, isLoading: true, problem: undefined }
    case 'loaded':
      return addPage(gallery, event)
    case 'failed':
      return { ...gallery, isLoading: false, problem: event.problem }
    case 'filtered':
      return {
        ...gallery,
        filter: { ...gallery.filter, ...event.filter },
        wanted: PAGE_IMAGES,
        budget: MAX_SEARCHED_PAGES,
      }
    case 'more':
      return {
        ...gallery,
        wanted: findVisible(gallery).length + PAGE_IMAGES,
        budget: MAX_SEARCHED_PAGES,
        problem: undefined,
      }
  }
}

type Loaded = Extract<GalleryEvent, { readonly type: 'loaded' }>

function addPage(gallery: Gallery, { cursor, page, renewLinks = false }: Loaded): Gallery {
  const known = gallery.pages.find((other) => other.cursor === cursor)
  const images = known && !renewLinks ? keepLinks(known.images, page.items) : page.items
  const pages = known
    ? gallery.pages.map((other) => (other === known ? { cursor, images } : other))
    : [...gallery.pages, { cursor, images }]
  return {
    ...gallery,
    pages,
    nextCursor: known ? gallery.nextCursor : page.nextCursor,
    isLoading: false,
    problem: undefined,
    budget: gallery.budget - 1,
  }
}

/** A new link to the same copy would load it again. */
function keepLinks(before: readonly BatchImage[], after: readonly BatchImage[]): readonly BatchImage[] {
  const links = new Map(before.map(({ imageId, link }) => [imageId, link]))
  return after.map((image) => ({ ...image, link: links.get(image.imageId) ?? image.link }))
}

/** Returns the loaded images, in the order of the batch. Pure. */
export const loadedImages = ({ pages }: Pick<Gallery, 'pages'>): BatchImage[] => pages.flatMap(({ images }) => images)

/** Returns the loaded images that match the filter. Pure. */
export const findVisible = (gallery: Pick<Gallery, 'pages' | 'filter'>): BatchImage[] =>
  loadedImages(gallery).filter((image) => matches(image, gallery.filter))

function matches({ classNames, boxes, copy }: BatchImage, { className, flag, copy: outcome }: ImageFilter): boolean {
  return (
    (className === '' || classNames.includes(className)) &&
    (flag === '' || boxes.some((box) => box[flag] === 1)) &&
    (outcome === '' || (copy ?? 'none') === outcome)
  )
}

/** Whether the batch has images that are not loaded. Pure. */
export const hasMoreImages = ({ pages, nextCursor }: Gallery): boolean => pages.length === 0 || nextCursor !== undefined

/** Whether the next page is to be loaded now, to have as many matching images as are wanted. Pure. */
export const needsPage = (gallery: Gallery): boolean =>
  !gallery.isLoading &&
  gallery.problem === undefined &&
  gallery.budget > 0 &&
  hasMoreImages(gallery) &&
  findVisible(gallery).length < gallery.wanted

/** Returns the pages with images whose copy was not good when they were loaded. Pure. */
export const unfinishedPages = ({ pages }: Gallery): GalleryPage[] =>
  pages.filter(({ images }) => images.some(({ link }) => link === undefined))
