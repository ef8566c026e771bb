import { describe, expect, it } from '@jest/globals'
import { metered } from '../../../shared/platform/storage/metered.ts'
import { estimateCost, estimateScanBytes } from '../../../shared/selection/engine/estimate.ts'
import { select } from '../../../shared/selection/engine/select.ts'
import { memorySource } from '../../support/world/byte-source.ts'

const toCriteria = (examplesPerClass: number, batchOffset = 0) => ({
  classes: [],
  examplesPerClass,
  batchOffset,
  allocation: 'disjoint' as const,
  skipImages: [],
  excludeFlags: [],
})

describe('estimateScanBytes', () => {
  it('returns twice the needed share of the rarest class', () => {
    expect(estimateScanBytes(1_000_000, toCriteria(10), [1000, 100])).toBe(200_000)
  })
  it('grows with the batch offset', () => {
    expect(estimateScanBytes(1_000_000, toCriteria(10, 3), [1000])).toBe(80_000)
  })
  it.each([[[5]], [[0, 1000]]])('returns the whole file when a class has too few images: %j', (available) => {
    expect(estimateScanBytes(1_000_000, toCriteria(10), available)).toBe(1_000_000)
  })
})

describe('estimateCost', () => {
  const HEADER = 'ImageID,LabelName,XMin,XMax,YMin,YMax'
  const WANTED = '/m/01yrx'
  const row = (image: number, classId: string) => `${image.toString(16).padStart(16, '0')},${classId},0,1,0,1`

  /** Creates a file with one box per image. `isWanted` decides which ones match. */
  const toCsv = (images: number, isWanted: (image: number) => boolean) =>
    [
      HEADER,
      ...Array.from({ length: images }, (_, image) => row(image, isWanted(image) ? WANTED : '/m/0bt9lr')),
      '',
    ].join('\n')

  it.each([
    { what: 'a file of one range', images: 600, every: 1, groupedByImage: true, examples: 20 },
    { what: 'a file of one range, not grouped', images: 600, every: 1, groupedByImage: false, examples: 20 },
    { what: 'more images than one page', images: 3000, every: 1, groupedByImage: true, examples: 1200 },
    { what: 'several ranges, to the end', images: 150_000, every: 5000, groupedByImage: true, examples: 100 },
    {
      what: 'several ranges, read twice, not grouped',
      images: 150_000,
      every: 5000,
      groupedByImage: false,
      examples: 100,
    },
    { what: 'no image at all', images: 600, every: 1000, groupedByImage: true, examples: 20 },
  ])('predicts the requests for $what', async ({ images, every, groupedByImage, examples }) => {
    const csv = toCsv(images, (image) => image % every === every - 1)
    const criteria = { ...toCriteria(examples), classes: [{ className: 'Cat', classIds: [WANTED] }] }
    const cost = { requests: 0, bytes: 0 }
    const source = metered(memorySource(csv), cost)
    for await (const _ of (await select(source, criteria, { groupedByImage })).pages());
    const available = [Math.floor(images / every)]
    const expected = estimateCost({ bytes: source.size, groupedByImage }, criteria, available)
    expect(expected.requests).toBe(cost.requests)
    // The share of matching rows can only be estimated.
    expect(expected.bytes / cost.bytes).toBeGreaterThan(0.9)
    expect(expected.bytes / cost.bytes).toBeLessThan(2.1)
  })

  it('is an upper bound for a scan that stops early', async () => {
    const csv = toCsv(500_000, () => true)
    const criteria = { ...toCriteria(30_000), classes: [{ className: 'Cat', classIds: [WANTED] }] }
    const cost = { requests: 0, bytes: 0 }
    const source = metered(memorySource(csv), cost)
    await select(source, criteria, { groupedByImage: true })
    const expected = estimateCost({ bytes: source.size, groupedByImage: true }, criteria, [500_000]).requests
    expect(expected).toBeGreaterThanOrEqual(cost.requests)
    expect(expected).toBeLessThan(Math.ceil(source.size / (2 << 20)) + 60)
  })
})
