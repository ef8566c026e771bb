import { describe, expect, it } from '@jest/globals'
import {
  EMPTY_GALLERY,
  findVisible,
  type Gallery,
  type GalleryEvent,
  hasMoreImages,
  needsPage,
  PAGE_IMAGES,
  reduceGallery,
  unfinishedPages,
} from '../../../web/app/batches/gallery-state.ts'
import { type BatchBox, type BatchImage, describeFlags, toPicture } from '../../../web/app/batches/image.ts'
import { numberClasses } from '../../../web/app/pictures/picture.ts'

const box = (other: Partial<BatchBox> = {}): BatchBox => ({
  className: 'Tire',
  classId: '/m/0h9mv',
  ...{ xMin: 0.25, xMax: 0.75, yMin: 0.5, yMax: 1 },
  ...{ isOccluded: 0, isTruncated: 0, isGroupOf: 0, isDepiction: 0, isInside: -1 },
  ...other,
})

const image = (imageId: string, other: Partial<BatchImage> = {}): BatchImage => ({
  imageId,
  classNames: ['Tire'],
  source: `s3://source/${imageId}.jpg`,
  destination: `s3://bucket/${imageId}.jpg`,
  boxes: [box()],
  copy: 'copied',
  link: `https://bucket/${imageId}`,
  width: 400,
  height: 200,
  ...other,
})

const loaded = (images: readonly BatchImage[], nextCursor?: string, cursor?: string): GalleryEvent => ({
  type: 'loaded',
  cursor,
  page: { items: images, nextCursor },
})

const follow = (...events: readonly GalleryEvent[]): Gallery => events.reduce(reduceGallery, EMPTY_GALLERY)
const ids = (gallery: Gallery): string[] => findVisible(gallery).map(({ imageId }) => imageId)

describe('the images of a batch', () => {
  it('pages follow each other', () => {
    const gallery = follow(loaded([image('a')], 'next'), loaded([image('b')], undefined, 'next'))
    expect(ids(gallery)).toEqual(['a', 'b'])
    expect(hasMoreImages(gallery)).toBe(false)
  })

  it('a page that is loaded again takes its own place, and keeps links that work', () => {
    const gallery = follow(
      loaded([image('a'), image('b', { link: undefined, copy: undefined })], 'next'),
      loaded([image('c')], undefined, 'next'),
      loaded([image('a', { link: 'https://bucket/new' }), image('b')], 'next'),
    )
    expect(ids(gallery)).toEqual(['a', 'b', 'c'])
    expect(findVisible(gallery).map(({ link }) => link)).toEqual([
      'https://bucket/a',
      'https://bucket/b',
      'https://bucket/c',
    ])
    expect(gallery.nextCursor).toBeUndefined()
  })

  it('links are replaced once one of them has expired', () => {
    const again: GalleryEvent = {
      type: 'loaded',
      cursor: undefined,
      page: { items: [image('a', { link: 'https://bucket/new' })] },
      renewLinks: true,
    }
    expect(findVisible(follow(loaded([image('a')]), again))[0]?.link).toBe('https://bucket/new')
  })

  it('images are filtered by class, flag and copy together', () => {
    const gallery = follow(
      loaded([
        image('a', { boxes: [box({ isOccluded: 1 })] }),
        image('b', { classNames: ['Person'], boxes: [box({ isOccluded: 1 })] }),
        image('c', { boxes: [box({ isOccluded: -1 })] }),
        image('d', { copy: undefined, link: undefined }),
      ]),
    )
    const filter = (change: Extract<GalleryEvent, { type: 'filtered' }>['filter']): string[] =>
      ids(reduceGallery(gallery, { type: 'filtered', filter: change }))
    expect(filter({ flag: 'isOccluded' })).toEqual(['a', 'b'])
    expect(filter({ flag: 'isOccluded', className: 'Tire' })).toEqual(['a'])
    expect(filter({ copy: 'none' })).toEqual(['d'])
  })

  it('the next page is loaded while fewer images match than are wanted', () => {
    const gallery = follow(loaded([image('a')], 'next'))
    expect(needsPage(gallery)).toBe(true)
    expect(needsPage(reduceGallery(gallery, { type: 'started' }))).toBe(false)
    const many = Array.from({ length: PAGE_IMAGES }, (_, index) => image(String(index)))
    expect(needsPage(follow(loaded(many, 'next')))).toBe(false)
    expect(needsPage(follow(loaded(many, 'next'), { type: 'more' }))).toBe(true)
  })

  it('a rare match does not load a whole batch', () => {
    const pages = Array.from({ length: 10 }, (_, index) =>
      loaded([image(String(index))], `p${index + 1}`, index ? `p${index}` : undefined),
    )
    const gallery = follow({ type: 'filtered', filter: { className: 'Person' } }, ...pages)
    expect(needsPage(gallery)).toBe(false)
    expect(hasMoreImages(gallery)).toBe(true)
    expect(needsPage(reduceGallery(gallery, { type: 'more' }))).toBe(true)
  })

  it('a failure is not repeated until somebody asks for more', () => {
    const problem = { message: 'No.', status: 500, code: 'internal', issues: [] }
    const gallery = follow({ type: 'started' }, { type: 'failed', problem })
    expect(needsPage(gallery)).toBe(false)
    expect(needsPage(reduceGallery(gallery, { type: 'more' }))).toBe(true)
  })

  it('pages with images that are not copied yet are looked at again', () => {
    const gallery = follow(loaded([image('a')], 'next'), loaded([image('b', { link: undefined })], undefined, 'next'))
    expect(unfinishedPages(gallery).map(({ cursor }) => cursor)).toEqual(['next'])
  })
})

describe('an image to be drawn', () => {
  const numbers = numberClasses(['Person', 'Tire'])

  it('its boxes are in pixels of the image as stored', () => {
    expect(toPicture(image('a'), numbers)).toMatchObject({
      size: { width: 400, height: 200 },
      boxes: [{ left: 100, top: 100, width: 200, height: 100, classNumber: 2 }],
      alt: 'Image with 1 Tire',
    })
  })

  it('an image without a copy says why', () => {
    const missing = image('a', { copy: 'missing', reason: 'The source has no such image.', link: undefined })
    expect(toPicture(missing, numbers).absence).toBe('Missing at its source: The source has no such image.')
    expect(toPicture(image('a', { copy: undefined, link: undefined }), numbers).absence).toBe('Not copied yet.')
  })

  it('an image whose size is not known has no boxes to draw', () => {
    expect(toPicture(image('a', { width: undefined }), numbers)).toMatchObject({ size: undefined, boxes: [] })
  })

  it('flags that are set are counted, and unknown ones are not', () => {
    const boxes = [box({ isOccluded: 1 }), box({ isOccluded: 1, isGroupOf: 1 }), box({ isInside: -1 })]
    expect(describeFlags({ boxes })).toEqual(['2 boxes occluded', '1 box group of'])
  })
})
