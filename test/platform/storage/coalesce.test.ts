import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { coalesce } from '../../../shared/platform/storage/coalesce.ts'

describe('coalesce', () => {
  it('joins ranges that overlap, adjoin or are close, in file order', () => {
    const ranges = [
      { start: 40, end: 50 },
      { start: 0, end: 10 },
      { start: 5, end: 12 },
      { start: 12, end: 20 },
      { start: 23, end: 30 },
    ]
    expect(coalesce(ranges, 3, 100)).toEqual([
      { start: 0, end: 30 },
      { start: 40, end: 50 },
    ])
  })
  it('does not join beyond the maximum size', () => {
    const ranges = [0, 10, 20, 30].map((start) => ({ start, end: start + 10 }))
    expect(coalesce(ranges, 0, 20)).toEqual([
      { start: 0, end: 20 },
      { start: 20, end: 40 },
    ])
  })
  it('does not join or divide a range that is larger than the maximum', () => {
    expect(
      coalesce(
        [
          { start: 0, end: 99 },
          { start: 99, end: 100 },
        ],
        10,
        20,
      ),
    ).toEqual([
      { start: 0, end: 99 },
      { start: 99, end: 100 },
    ])
  })
  it('covers every range with one of the joined ranges', () => {
    const range = fc.tuple(fc.nat(200), fc.nat(20)).map(([start, length]) => ({ start, end: start + length }))
    fc.assert(
      fc.property(fc.array(range), fc.nat(10), fc.integer({ min: 1, max: 60 }), (ranges, gap, most) => {
        const joined = coalesce(ranges, gap, most)
        for (const { start, end } of ranges)
          expect(joined.some((whole) => whole.start <= start && end <= whole.end)).toBe(true)
      }),
    )
  })
  it('does not change its arguments', () => {
    const ranges = [
      { start: 0, end: 5 },
      { start: 5, end: 9 },
    ]
    coalesce(ranges, 0, 100)
    expect(ranges).toEqual([
      { start: 0, end: 5 },
      { start: 5, end: 9 },
    ])
  })
})
