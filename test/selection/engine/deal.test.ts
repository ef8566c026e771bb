import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Candidate, toCandidateList } from '../../../shared/selection/engine/candidate-list.ts'
import { deal as dealLists, maxCandidates } from '../../../shared/selection/engine/deal.ts'

const images = (...starts: number[]): Candidate[] =>
  starts.map((start) => ({ imageId: start.toString(16).padStart(16, '0'), start, end: start + 1 }))
const deal = (lists: readonly Candidate[][], asked: Parameters<typeof dealLists>[1]) =>
  dealLists(lists.map(toCandidateList), asked)
const ask = (allocation: 'disjoint' | 'window', batchOffset: number, examplesPerClass = 2) => ({
  allocation,
  batchOffset,
  examplesPerClass,
})

/** Lists of images in file order, some of them in several. */
const randomLists = fc.array(
  fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 20 }).map((starts) => images(...starts)),
  { minLength: 1, maxLength: 3 },
)
const randomAsk = fc.record({
  allocation: fc.constantFrom('disjoint', 'window'),
  batchOffset: fc.nat(4),
  examplesPerClass: fc.integer({ min: 1, max: 5 }),
})

describe('deal', () => {
  const lists = [images(1, 2, 3, 4, 5), images(2, 3, 6, 7)]

  it('gives both classes an image that they meet in the same batch', () => {
    const both = [images(1, 2), images(2, 3)]
    expect(deal(both, ask('disjoint', 0)).picks).toEqual([
      [0, 1],
      [0, 1],
    ])
  })
  it('passes over images that an earlier batch took for any class', () => {
    expect(deal(lists, ask('disjoint', 1)).picks).toEqual([
      [3, 4],
      [2, 3],
    ])
  })
  it('takes a plain window of each list', () => {
    expect(deal(lists, ask('window', 1)).picks).toEqual([
      [2, 3],
      [2, 3],
    ])
  })
  it('is the same for batch 0 under both rules', () => {
    fc.assert(
      fc.property(randomLists, fc.integer({ min: 1, max: 5 }), (drawn, examplesPerClass) => {
        expect(deal(drawn, ask('disjoint', 0, examplesPerClass))).toEqual(
          deal(drawn, ask('window', 0, examplesPerClass)),
        )
      }),
    )
  })
  it('is short, never repeating, where a class runs out', () => {
    expect(deal([images(1, 2, 3)], ask('disjoint', 1))).toEqual({ picks: [[2]], lacking: [1] })
    expect(deal([images(1, 2, 3)], ask('window', 5))).toEqual({ picks: [[]], lacking: [9] })
  })
  it('says nothing is lacking only when longer lists change nothing', () => {
    fc.assert(
      fc.property(randomLists, randomAsk, fc.array(fc.nat(20)), (whole, asked, cuts) => {
        const known = whole.map((list, number) => list.slice(0, cuts[number] ?? 20))
        const { picks, lacking } = deal(known, asked)
        if (lacking.every((count) => count === 0)) expect(picks).toEqual(deal(whole, asked).picks)
      }),
    )
  })
  it('lacks at least what it says: with fewer images it cannot be full', () => {
    fc.assert(
      fc.property(randomLists, randomAsk, fc.array(fc.nat(20)), (whole, asked, cuts) => {
        const known = whole.map((list, number) => list.slice(0, cuts[number] ?? 20))
        const { lacking } = deal(known, asked)
        const longer = whole.map((list, number) =>
          list.slice(0, known[number]!.length + Math.max(0, lacking[number]! - 1)),
        )
        for (const [number, still] of deal(longer, asked).lacking.entries())
          if (lacking[number]! > 0) expect(still).toBeGreaterThan(0)
      }),
    )
  })
  it('never takes what lies beyond the most candidates that it names', () => {
    fc.assert(
      fc.property(randomLists, randomAsk, (whole, asked) => {
        const most = maxCandidates(whole.length, asked)
        expect(
          deal(
            whole.map((list) => list.slice(0, most)),
            asked,
          ).picks,
        ).toEqual(deal(whole, asked).picks)
      }),
    )
  })
})
