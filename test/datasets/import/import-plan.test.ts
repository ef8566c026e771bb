import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  chunkCount,
  type OpenedSource,
  planImport,
  plannedBytes,
  sliceCuts,
  toPart,
} from '../../../shared/datasets/import/import-plan.ts'
import { BLOCK_BYTES } from '../../../shared/platform/storage/content-hash.ts'

const GB = 1e9
const source = (name: OpenedSource['source'], size: number | undefined, ranged = true): OpenedSource => ({
  source: name,
  uri: `https://example.org/${name}`,
  file: { size, etag: '"1"', ranges: ranged ? {} : undefined },
})
const SIZES = [0, 1, BLOCK_BYTES, BLOCK_BYTES + 1, 52_174_204, 1.2 * GB, 20 * GB, 200 * GB]

describe('planImport', () => {
  it.each(SIZES)('divides a file of %d bytes into whole blocks, at most 1,000 chunks in all', (size) => {
    const plan = planImport([source('annotations', size), source('hierarchy', 86_291), source('images', size / 4)])
    expect(plan.partBytes % BLOCK_BYTES).toBe(0)
    expect(chunkCount(plan)).toBeLessThanOrEqual(1000)
    const bytes = Array.from({ length: chunkCount(plan) }, (_, chunk) => plannedBytes(plan, chunk))
    expect(bytes.reduce((sum, count) => sum + count, 0)).toBe(size + 86_291 + size / 4)
  })
  it('never plans more than 1,000 chunks, whatever the sizes of the files', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 40 * GB }), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(sizes, (drawn) => {
        const plan = planImport(drawn.map((size) => source('annotations', size)))
        expect(chunkCount(plan)).toBeLessThanOrEqual(1000)
      }),
    )
    const full = [1000, 1, 1].map((blocks) => source('annotations', blocks * BLOCK_BYTES - 1))
    expect(chunkCount(planImport(full))).toBeLessThanOrEqual(1000)
  })
  it('uses the smallest possible parts', () => {
    expect(planImport([source('annotations', 1.2 * GB)]).partBytes).toBe(BLOCK_BYTES)
    expect(planImport([source('annotations', 20 * GB)]).partBytes).toBe(3 * BLOCK_BYTES)
  })
  it('numbers the chunks of the files consecutively', () => {
    const plan = planImport([
      source('annotations', 3 * BLOCK_BYTES),
      source('hierarchy', 1),
      source('images', BLOCK_BYTES + 1),
    ])
    const found = Array.from({ length: chunkCount(plan) }, (_, chunk) => toPart(plan, chunk))
    expect(found.map(({ file, part }) => `${file.source} ${part}`)).toEqual([
      'annotations 0',
      'annotations 1',
      'annotations 2',
      'hierarchy 0',
      'images 0',
      'images 1',
    ])
    expect(() => toPart(plan, 6)).toThrow(RangeError)
  })
  it.each([
    ['does not support ranges', 9 * GB, false],
    ['does not report the size', undefined, true],
  ])('plans one chunk for a file whose server %s', (_, size, ranged) => {
    const { files } = planImport([source('annotations', size, ranged)])
    expect(files).toMatchObject([{ parts: 1, ranged: false }])
  })
})

describe('sliceCuts', () => {
  it('returns at most 1,001 cuts, ascending from the first byte to the last', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(1e9), fc.integer({ min: 0, max: 200 * GB })), (size) => {
        const cuts = sliceCuts(size)
        expect([cuts[0], cuts.at(-1)]).toEqual([0, size])
        expect(cuts.length).toBeGreaterThanOrEqual(2)
        expect(cuts.length).toBeLessThanOrEqual(1001)
        expect(cuts).toEqual(cuts.toSorted((left, right) => left - right))
      }),
    )
  })
})
