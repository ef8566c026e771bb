import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readRanges } from '../../../shared/platform/storage/read-ranges.ts'
import { memorySource } from '../../support/world/byte-source.ts'

const MIB = 1 << 20

describe('readRanges', () => {
  const bytes = Uint8Array.from({ length: 6 * MIB }, (_, at) => (at * 31) ^ (at >> 9))

  it('returns the bytes of each range, in the order of the ranges, even if they overlap', async () => {
    const range = fc.tuple(fc.nat(6 * MIB), fc.nat(3 * MIB)).map(([start, length]) => ({
      start,
      end: Math.min(start + length, bytes.length),
    }))
    await fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 8 }), async (ranges) => {
        const found = await readRanges(memorySource(bytes), ranges)
        for (const [number, { start, end }] of ranges.entries())
          expect(Buffer.compare(found[number]!, bytes.subarray(start, end))).toBe(0)
      }),
      { numRuns: 40 },
    )
  })
  it('returns a range that begins within another request and ends after it', async () => {
    const ranges = [
      { start: 0, end: 4 * MIB },
      { start: 3 * MIB, end: 5 * MIB },
      { start: 3.5 * MIB, end: 3.9 * MIB },
    ].map(({ start, end }) => ({ start, end: Math.floor(end) }))
    const found = await readRanges(memorySource(bytes), ranges)
    expect(found.map(({ length }) => length)).toEqual(ranges.map(({ start, end }) => end - start))
  })
  it('reads nearby ranges with one request', async () => {
    const source = memorySource(bytes)
    await readRanges(source, [
      { start: 50_000, end: 50_100 },
      { start: 100, end: 200 },
      { start: 16_000, end: 16_100 },
    ])
    expect(source.reads).toEqual([
      [100, 16_100],
      [50_000, 50_100],
    ])
  })
})
