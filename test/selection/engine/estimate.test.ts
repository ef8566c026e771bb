import { describe, expect, it } from '@jest/globals'
import { metered } from '../../../shared/platform/storage/metered.ts'
import { estimateCost, estimateScanBytes } from '../../../shared/selection/engine/estimate.ts'
import { select } from '../../../shared/selection/engine/select.ts'
import { memorySource } from '../../support/world/source.ts'

const asking = (examplesPerClass: number, batchOffset = 0) => ({
  classes: [],
  examplesPerClass,
  batchOffset,
  allocation: 'disjoint' as const,
  skipImages: [],
  excludeFlags: [],
})

describe('expectedScanBytes', () => {
  it('is twice the share of the rarest class that is needed', () => {
    expect(estimateScanBytes(1_000_000, asking(10), [1000, 100])).toBe(200_000)
  })
  it('grows with the batches before', () => {
    expect(estimateScanBytes(1_000_000, asking(10, 3), [1000])).toBe(80_000)
  })
  it.each([[[5]], [[0, 1000]]])('is the whole file when a class is short: %j', (available) => {
    expect(estimateScanBytes(1_000_000, asking(10), available)).toBe(1_000_000)
  })
})

describe('expectedCost', () => {
  const HEADER = 'ImageID,LabelName,XMin,XMax,YMin,YMax'
  const WANTED = '/m/01yrx'
  const row = (image: number, classId: string) => `${image.toString(16).padStart(16, '0')},${classId},0,1,0,1`

  /** A file of one box an image, in which each of the given images is wanted. */
  const csvOf = (images: number, isWanted: (image: number) => boolean) =>
    [
      HEADER,
      ...Array.from({ length: images }, (_, image) => row(image, isWanted(image) ? WANTED : '/m/0bt9lr')),
      '',
    ].join('\n')

  it.each([
    { what: 'a file that one range holds', images: 600, every: 1, groupedByImage: true, asked: 20 },
    { what: 'a file that one range holds, in disorder', images: 600, every: 1, groupedByImage: false, asked: 20 },
    { what: 'more images than are fetched together', images: 3000, every: 1, groupedByImage: true, asked: 1200 },
    { what: 'several ranges, to the end', images: 150_000, every: 5000, groupedByImage: true, asked: 100 },
    { what: 'several ranges twice, in disorder', images: 150_000, every: 5000, groupedByImage: false, asked: 100 },
    { what: 'no image at all', images: 600, every: 1000, groupedByImage: true, asked: 20 },
  ])('is what is sent: $what', async ({ images, every, groupedByImage, asked }) => {
    const csv = csvOf(images, (image) => image % every === every - 1)
    const criteria = { ...asking(asked), classes: [{ className: 'Cat', classIds: [WANTED] }] }
    const cost = { requests: 0, bytes: 0 }
    const source = metered(memorySource(csv), cost)
    for await (const _ of (await select(source, criteria, { groupedByImage })).pages());
    const available = [Math.floor(images / every)]
    const expected = estimateCost({ bytes: source.size, groupedByImage }, criteria, available)
    expect(expected.requests).toBe(cost.requests)
    // How much of the file's rows is wanted can only be guessed.
    expect(expected.bytes / cost.bytes).toBeGreaterThan(0.9)
    expect(expected.bytes / cost.bytes).toBeLessThan(2.1)
  })

  it('is not below what is sent where a scan stops early', async () => {
    const csv = csvOf(500_000, () => true)
    const criteria = { ...asking(30_000), classes: [{ className: 'Cat', classIds: [WANTED] }] }
    const cost = { requests: 0, bytes: 0 }
    const source = metered(memorySource(csv), cost)
    await select(source, criteria, { groupedByImage: true })
    const expected = estimateCost({ bytes: source.size, groupedByImage: true }, criteria, [500_000]).requests
    expect(expected).toBeGreaterThanOrEqual(cost.requests)
    expect(expected).toBeLessThan(Math.ceil(source.size / (2 << 20)) + 60)
  })
})
