import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Candidate, toCandidateList } from '../../../shared/selection/engine/candidate-list.ts'
import { deal as dealLists, maxCandidates } from '../../../shared/selection/engine/deal.ts'

const images = (...starts: number[]): Candidate[] =>
  starts.map((start) => ({ imageId: start.toString(16).padStart(16, '0'), start, end: start + 1 }))
const deal = (lists: readonly Candidate[][], request: Parameters<typeof dealLists>[1]) =>
  dealLists(lists.map(toCandidateList), request)
const toRequest = (allocation: 'disjoint' | 'window', batchOffset: number, examplesPerClass = 2) => ({
  allocation,
  batchOffset,
  examplesPerClass,
})

/** Lists of images in file order. Some images are in several lists. */
const randomLists = fc.array(
  fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 20 }).map((starts) => images(...starts)),
  { minLength: 1, maxLength: 3 },
)
const randomRequest = fc.record({
  allocation: fc.constantFrom('disjoint', 'window'),
  batchOffset: fc.nat(4),
  examplesPerClass: fc.integer({ min: 1, max: 5 }),
})

describe('deal', () => {
  const lists = [images(1, 2, 3, 4, 5), images(2, 3, 6, 7)]

  it('deals an image to both classes if they reach it in the same batch', () => {
    const both = [images(1, 2), images(2, 3)]
    expect(deal(both, toRequest('disjoint', 0)).picks).toEqual([
      [0, 1],
      [0, 1],
    ])
  })
  it('skips images that an earlier batch took for any class', () => {
    expect(deal(lists, toRequest('disjoint', 1)).picks).toEqual([
      [3, 4],
      [2, 3],
    ])
  })
  it('takes a window of each list with window allocation', () => {
    expect(deal(lists, toRequest('window', 1)).picks).toEqual([
      [2, 3],
      [2, 3],
    ])
  })
  it('deals batch 0 alike with both allocations', () => {
    fc.assert(
      fc.property(randomLists, fc.integer({ min: 1, max: 5 }), (drawn, examplesPerClass) => {
        expect(deal(drawn, toRequest('disjoint', 0, examplesPerClass))).toEqual(
          deal(drawn, toRequest('window', 0, examplesPerClass)),
        )
      }),
    )
  })
  it('deals fewer images, without repeats, when a class runs out', () => {
    expect(deal([images(1, 2, 3)], toRequest('disjoint', 1))).toEqual({ picks: [[2]], lacking: [1] })
    expect(deal([images(1, 2, 3)], toRequest('window', 5))).toEqual({ picks: [[]], lacking: [9] })
  })
  it('reports nothing as lacking only if longer lists do not change the deal', () => {
    fc.assert(
      fc.property(randomLists, randomRequest, fc.array(fc.nat(20)), (complete, request, cuts) => {
        const known = complete.map((list, number) => list.slice(0, cuts[number] ?? 20))
        const { picks, lacking } = deal(known, request)
        if (lacking.every((count) => count === 0)) expect(picks).toEqual(deal(complete, request).picks)
      }),
    )
  })
  it('stays incomplete with fewer additional images than reported as lacking', () => {
    fc.assert(
      fc.property(randomLists, randomRequest, fc.array(fc.nat(20)), (complete, request, cuts) => {
        const known = complete.map((list, number) => list.slice(0, cuts[number] ?? 20))
        const { lacking } = deal(known, request)
        const longer = complete.map((list, number) =>
          list.slice(0, known[number]!.length + Math.max(0, lacking[number]! - 1)),
        )
        for (const [number, count] of deal(longer, request).lacking.entries())
          if (lacking[number]! > 0) expect(count).toBeGreaterThan(0)
      }),
    )
  })
  it('never takes images beyond maxCandidates', () => {
    fc.assert(
      fc.property(randomLists, randomRequest, (complete, request) => {
        const max = maxCandidates(complete.length, request)
        expect(
          deal(
            complete.map((list) => list.slice(0, max)),
            request,
          ).picks,
        ).toEqual(deal(complete, request).picks)
      }),
    )
  })
})
