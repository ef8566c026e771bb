import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { ImageLine } from '../../../shared/batches/record/image-list.ts'
import {
  MAX_ATTRIBUTE_CHARACTERS,
  MAX_LINE_CHARACTERS,
  manifestLine,
  toPixelBox,
} from '../../../shared/manifests/input/manifest-line.ts'

const flags = { isOccluded: 0, isTruncated: 0, isGroupOf: 0, isDepiction: 0, isInside: 0 } as const
const box = (className: string, xMin = 0.25, xMax = 0.75, yMin = 0.25, yMax = 0.75): ImageLine['boxes'][number] => ({
  className,
  classId: '/m/x',
  xMin,
  xMax,
  yMin,
  yMax,
  ...flags,
})
const image = (boxes: ImageLine['boxes']): ImageLine => ({
  imageId: '00000000000000aa',
  classNames: ['Cat'],
  source: 's3://from/aa.jpg',
  destination: 's3://work/data/b/images/aa.jpg',
  boxes,
})
const options = {
  boxAttribute: 'boxes',
  classNames: ['Dog', 'Cat'],
  creationDate: '2026-01-02T03:04:05.000',
  dataset: 'pets',
}
const copy = { imageId: '00000000000000aa', outcome: 'copied', width: 400, height: 200 } as const

const lineOf = (made: ReturnType<typeof manifestLine>): string => {
  if ('unfit' in made) throw new Error(made.unfit)
  return made.line
}

describe('a manifest line', () => {
  it('without boxes is the source-ref and nothing else', () => {
    const made = manifestLine(image([box('Cat')]), copy, undefined, { ...options, boxAttribute: undefined })
    expect(made).toEqual({ line: '{"source-ref":"s3://work/data/b/images/aa.jpg"}' })
  })

  it('with boxes is, to the character, what the labeling service itself writes', () => {
    const line = lineOf(manifestLine(image([box('Cat'), box('Dog', 0, 1, 0, 0.5)]), copy, undefined, options))
    expect(line).toBe(
      '{"source-ref":"s3://work/data/b/images/aa.jpg",' +
        '"boxes":{"annotations":[{"class_id":1,"left":100,"top":50,"width":200,"height":100},' +
        '{"class_id":0,"left":0,"top":0,"width":400,"height":100}],"image_size":[{"width":400,"height":200,"depth":3}]},' +
        '"boxes-metadata":{"objects":[{"confidence":1},{"confidence":1}],"class-map":{"0":"Dog","1":"Cat"},' +
        '"type":"groundtruth/object-detection","human-annotated":"yes","creation-date":"2026-01-02T03:04:05.000",' +
        '"job-name":"open-images/pets"}}',
    )
  })

  it('maps only the classes that it has', () => {
    const line = JSON.parse(lineOf(manifestLine(image([box('Cat')]), copy, undefined, options)))
    expect(line['boxes-metadata']['class-map']).toEqual({ 1: 'Cat' })
  })

  it('carries facts in a key of its own', () => {
    const line = JSON.parse(lineOf(manifestLine(image([]), copy, { license: 'by', rotation: 90 }, options)))
    expect(line.provenance).toEqual({ 'image-id': '00000000000000aa', dataset: 'pets', license: 'by', rotation: 90 })
  })

  it('cannot hold boxes of an image whose size is unknown', () => {
    const unknown = { imageId: copy.imageId, outcome: 'copied' } as const
    expect(manifestLine(image([box('Cat')]), unknown, undefined, options)).toEqual({ unfit: 'no-pixel-size' })
    expect(manifestLine(image([]), unknown, undefined, { ...options, boxAttribute: undefined })).toHaveProperty('line')
  })

  it('ends where the service ends: an attribute at 20,000 characters', () => {
    const attribute = (count: number) => {
      const made = manifestLine(image(Array(count).fill(box('Cat'))), copy, undefined, options)
      return 'unfit' in made ? made.unfit : JSON.stringify(JSON.parse(made.line).boxes).length
    }
    // 58 characters a box: 343 boxes are just below the limit, one more is above.
    const most = [...Array(400).keys()].findLast((count) => typeof attribute(count) === 'number') ?? 0
    expect(attribute(most)).toBeLessThanOrEqual(MAX_ATTRIBUTE_CHARACTERS)
    expect(attribute(most)).toBeGreaterThan(MAX_ATTRIBUTE_CHARACTERS - 100)
    expect(attribute(most + 1)).toBe('attribute-too-long')
  })

  it('ends where the service ends: a line at 100,000 characters', () => {
    const plain = { ...options, boxAttribute: undefined }
    const bare = lineOf(manifestLine(image([]), copy, { title: '' }, plain)).length
    const titled = (length: number) => manifestLine(image([]), copy, { title: 'x'.repeat(length) }, plain)
    expect(lineOf(titled(MAX_LINE_CHARACTERS - bare)).length).toBe(MAX_LINE_CHARACTERS)
    expect(titled(MAX_LINE_CHARACTERS - bare + 1)).toEqual({ unfit: 'line-too-long' })
  })
})

describe('toPixelBox', () => {
  const size = fc.integer({ min: 1, max: 20_000 })
  const span = fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const)

  it('gives whole pixels inside the image, at least one by one, within a pixel of the corners', () => {
    fc.assert(
      fc.property(size, size, span, span, (width, height, [xMin, xMax], [yMin, yMax]) => {
        const made = toPixelBox({ xMin, xMax, yMin, yMax }, { width, height })
        expect(Object.values(made).every(Number.isInteger)).toBe(true)
        expect(made.left).toBeGreaterThanOrEqual(0)
        expect(made.top).toBeGreaterThanOrEqual(0)
        expect(made.width).toBeGreaterThanOrEqual(1)
        expect(made.height).toBeGreaterThanOrEqual(1)
        expect(made.left + made.width).toBeLessThanOrEqual(width)
        expect(made.top + made.height).toBeLessThanOrEqual(height)
        expect(Math.abs(made.left - xMin * width)).toBeLessThanOrEqual(1)
        expect(Math.abs(made.left + made.width - xMax * width)).toBeLessThanOrEqual(1.5)
      }),
    )
  })

  it('rounds each corner to the nearest pixel', () => {
    const corners = { xMin: 0.1004, xMax: 0.3006, yMin: 0, yMax: 1 }
    expect(toPixelBox(corners, { width: 1000, height: 10 })).toEqual({ left: 100, top: 0, width: 201, height: 10 })
  })

  it.each([
    [1, 1],
    [0, 0],
    [0.5, 0.5],
    [0.99999, 1],
  ])('makes a box from %d to %d one pixel wide', (xMin, xMax) => {
    const { left, width } = toPixelBox({ xMin, xMax, yMin: 0, yMax: 1 }, { width: 10, height: 10 })
    expect([left >= 0, left <= 9, width]).toEqual([true, true, 1])
  })

  it.each([
    [-0.1, 0.5],
    [0.5, 1.1],
    [0.6, 0.5],
    [Number.NaN, 0.5],
  ])('refuses a box from %d to %d', (xMin, xMax) => {
    const make = () => toPixelBox({ xMin, xMax, yMin: 0, yMax: 1 }, { width: 10, height: 10 })
    expect(make).toThrow(expect.objectContaining({ code: 'bad-source' }))
  })
})
