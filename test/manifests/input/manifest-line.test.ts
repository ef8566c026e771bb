import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { ImageLine } from '../../../shared/batches/record/image-list.ts'
import { toClassIndexes } from '../../../shared/manifests/input/class-indexes.ts'
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
  classes: toClassIndexes([
    { className: 'Dog', classIds: ['/m/dog'] },
    { className: 'Cat', classIds: ['/m/cat', '/m/x'] },
  ]),
  creationDate: '2026-01-02T03:04:05.000',
  dataset: 'pets',
}
const copy = { imageId: '00000000000000aa', outcome: 'copied', width: 400, height: 200 } as const

/** Returns the line. @throws Error when the image has none */
const expectLine = (result: ReturnType<typeof manifestLine>): string => {
  if (!('line' in result)) throw new Error(result.outcome)
  return result.line
}

describe('manifestLine', () => {
  it('returns nothing but the source-ref without boxes', () => {
    const result = manifestLine(image([box('Cat')]), copy, undefined, { ...options, boxAttribute: undefined })
    expect(result).toEqual({ line: '{"source-ref":"s3://work/data/b/images/aa.jpg"}' })
  })

  it('returns boxes exactly as the labeling service itself writes them', () => {
    const line = expectLine(manifestLine(image([box('Cat'), box('Dog', 0, 1, 0, 0.5)]), copy, undefined, options))
    expect(line).toBe(
      '{"source-ref":"s3://work/data/b/images/aa.jpg",' +
        '"boxes":{"annotations":[{"class_id":1,"left":100,"top":50,"width":200,"height":100},' +
        '{"class_id":0,"left":0,"top":0,"width":400,"height":100}],"image_size":[{"width":400,"height":200,"depth":3}]},' +
        '"boxes-metadata":{"objects":[{"confidence":1},{"confidence":1}],"class-map":{"0":"Dog","1":"Cat"},' +
        '"type":"groundtruth/object-detection","human-annotated":"yes","creation-date":"2026-01-02T03:04:05.000",' +
        '"job-name":"open-images/pets"}}',
    )
  })

  it('maps only the classes that the image has', () => {
    const line = JSON.parse(expectLine(manifestLine(image([box('Cat')]), copy, undefined, options)))
    expect(line['boxes-metadata']['class-map']).toEqual({ 1: 'Cat' })
  })

  it('puts license, author and rotation under the key provenance', () => {
    const line = JSON.parse(expectLine(manifestLine(image([]), copy, { license: 'by', rotation: 90 }, options)))
    expect(line.provenance).toEqual({ 'image-id': '00000000000000aa', dataset: 'pets', license: 'by', rotation: 90 })
  })

  it('refuses boxes of an image whose size in pixels is unknown', () => {
    const unknown = { imageId: copy.imageId, outcome: 'copied' } as const
    expect(manifestLine(image([box('Cat')]), unknown, undefined, options)).toMatchObject({ outcome: 'no-pixel-size' })
    expect(manifestLine(image([]), unknown, undefined, { ...options, boxAttribute: undefined })).toHaveProperty('line')
  })

  it('accepts an attribute of up to 20,000 characters, as the labeling service does', () => {
    const attribute = (count: number) => {
      const result = manifestLine(image(Array(count).fill(box('Cat'))), copy, undefined, options)
      return 'line' in result ? JSON.stringify(JSON.parse(result.line).boxes).length : result.outcome
    }
    // A box takes 58 characters: 343 boxes are just below the limit, and one more exceeds it.
    const maxBoxes = [...Array(400).keys()].findLast((count) => typeof attribute(count) === 'number') ?? 0
    expect(attribute(maxBoxes)).toBeLessThanOrEqual(MAX_ATTRIBUTE_CHARACTERS)
    expect(attribute(maxBoxes)).toBeGreaterThan(MAX_ATTRIBUTE_CHARACTERS - 100)
    expect(attribute(maxBoxes + 1)).toBe('attribute-too-long')
  })

  it('accepts a line of up to 100,000 characters, as the labeling service does', () => {
    const withoutBoxes = { ...options, boxAttribute: undefined }
    const bareLength = expectLine(manifestLine(image([]), copy, { title: '' }, withoutBoxes)).length
    const withTitle = (length: number) => manifestLine(image([]), copy, { title: 'x'.repeat(length) }, withoutBoxes)
    expect(expectLine(withTitle(MAX_LINE_CHARACTERS - bareLength)).length).toBe(MAX_LINE_CHARACTERS)
    expect(withTitle(MAX_LINE_CHARACTERS - bareLength + 1)).toMatchObject({ outcome: 'line-too-long' })
  })
})

describe('toPixelBox', () => {
  const size = fc.integer({ min: 1, max: 20_000 })
  const span = fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const)

  it('returns whole pixels inside the image, at least 1 x 1, within a pixel of the corners', () => {
    fc.assert(
      fc.property(size, size, span, span, (width, height, [xMin, xMax], [yMin, yMax]) => {
        const pixels = toPixelBox({ xMin, xMax, yMin, yMax }, { width, height })
        expect(Object.values(pixels).every(Number.isInteger)).toBe(true)
        expect(pixels.left).toBeGreaterThanOrEqual(0)
        expect(pixels.top).toBeGreaterThanOrEqual(0)
        expect(pixels.width).toBeGreaterThanOrEqual(1)
        expect(pixels.height).toBeGreaterThanOrEqual(1)
        expect(pixels.left + pixels.width).toBeLessThanOrEqual(width)
        expect(pixels.top + pixels.height).toBeLessThanOrEqual(height)
        expect(Math.abs(pixels.left - xMin * width)).toBeLessThanOrEqual(1)
        expect(Math.abs(pixels.left + pixels.width - xMax * width)).toBeLessThanOrEqual(1.5)
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
  ])('makes a box from %d to %d 1 pixel wide', (xMin, xMax) => {
    const { left, width } = toPixelBox({ xMin, xMax, yMin: 0, yMax: 1 }, { width: 10, height: 10 })
    expect([left >= 0, left <= 9, width]).toEqual([true, true, 1])
  })

  it.each([
    [-0.1, 0.5],
    [0.5, 1.1],
    [0.6, 0.5],
    [Number.NaN, 0.5],
  ])('refuses a box from %d to %d', (xMin, xMax) => {
    const convert = () => toPixelBox({ xMin, xMax, yMin: 0, yMax: 1 }, { width: 10, height: 10 })
    expect(convert).toThrow(expect.objectContaining({ code: 'bad-source' }))
  })
})
