import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { openIndex } from '../../shared/box-index/open-index.ts'
import type { Criteria } from '../../shared/contracts/criteria.ts'
import { type SelectOptions, select } from '../../shared/selection/engine/select.ts'
import { randomCriteria, randomCsv } from '../selection/engine/random-csv.ts'
import { collect } from '../support/collect.ts'
import { buildIndex, ETAG } from '../support/fixtures/built-index.ts'
import { CLASS_IDS, imageId, manyImages } from '../support/fixtures/many-images.ts'
import { memorySource } from '../support/world/byte-source.ts'

/** Returns a whole selection as text. */
async function selectAll(csv: string, criteria: Criteria, options: Omit<SelectOptions, 'groupedByImage'>) {
  const { pages, ...summary } = await select(memorySource(csv, ETAG), criteria, { groupedByImage: true, ...options })
  return JSON.stringify([summary, (await collect(pages())).flat()])
}

async function selectByIndex(csv: string, cuts: readonly number[], criteria: Criteria): Promise<string> {
  const source = memorySource(await buildIndex(csv, cuts))
  return selectAll(csv, criteria, {
    index: await openIndex(async () => source, { etag: ETAG, bytes: Buffer.byteLength(csv) }),
  })
}

const largeRequest: fc.Arbitrary<Criteria> = fc.record({
  classes: fc
    .array(fc.uniqueArray(fc.constantFrom(...CLASS_IDS, '/m/0none'), { minLength: 1 }), { minLength: 1, maxLength: 4 })
    .map((all) => all.map((classIds, number) => ({ className: `Class ${number}`, classIds }))),
  examplesPerClass: fc.integer({ min: 1, max: 90 }),
  batchOffset: fc.integer({ min: 0, max: 12 }),
  allocation: fc.constantFrom('disjoint', 'window'),
  skipImages: fc.array(fc.nat(400).map(imageId), { maxLength: 5 }),
  excludeFlags: fc.subarray(['isOccluded', 'isTruncated', 'isDepiction'], { maxLength: 2 }),
})

describe('select with an index', () => {
  it('returns the same as a scan, byte for byte, for any grouped file, request and slices', async () => {
    const cuts = fc.array(fc.nat(4000), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(randomCsv, randomCriteria, cuts, async ({ text, grouped }, criteria, cutAt) => {
        fc.pre(grouped)
        expect(await selectByIndex(text, cutAt, criteria)).toBe(await selectAll(text, criteria, {}))
      }),
      { numRuns: 300 },
    )
  })

  it('returns the same as a scan when lists have several pages, which are read in steps', async () => {
    const file = fc.record({
      images: fc.integer({ min: 1, max: 1200 }),
      seed: fc.nat(),
      lineEnd: fc.constantFrom('\n', '\r\n'),
      cuts: fc.array(fc.nat(200_000), { maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(file, largeRequest, async ({ images, seed, lineEnd, cuts }, criteria) => {
        const csv = manyImages(images, seed, lineEnd)
        expect(await selectByIndex(csv, cuts, criteria)).toBe(await selectAll(csv, criteria, {}))
      }),
      { numRuns: 100 },
    )
  })
})
