import type { Allocation } from '../../contracts/criteria.ts'
import type { CandidateList } from './candidate-list.ts'
import { startSet } from './start-set.ts'

/** The part of a candidate list that dealing needs: `startAt` identifies images. */
type DealtList = Pick<CandidateList, 'length' | 'startAt'>

export interface Deal {
  /** For each class, the positions in its list that the batch takes, in ascending order. */
  readonly picks: readonly (readonly number[])[]
  /**
   * For each class, how many images at least must be added to its list before the deal can change. If all are 0, the
   * batch is full and more images change nothing.
   */
  readonly lacking: readonly number[]
}

/**
 * Deals images to batches and returns the share of one batch. Pure.
 * - `window`: each class takes images [kN, (k+1)N) of its own list.
 * - `disjoint`: batches are dealt in order; in each, every class takes its next N images that no earlier batch took.
 *   An image that two classes take in the same batch counts for both.
 *
 * @param lists the images of each class in file order, or the first of them. Unless every `lacking` is 0, the result is
 *   final only for complete lists.
 */
export function deal(
  lists: readonly DealtList[],
  request: { readonly examplesPerClass: number; readonly batchOffset: number; readonly allocation: Allocation },
): Deal {
  return request.allocation === 'window' ? dealWindow(lists, request) : dealDisjoint(lists, request)
}

type DealRequest = Parameters<typeof deal>[1]

function dealWindow(lists: readonly DealtList[], { examplesPerClass, batchOffset }: DealRequest): Deal {
  const first = examplesPerClass * batchOffset
  const end = first + examplesPerClass
  return {
    picks: lists.map((list) => range(first, Math.min(end, list.length))),
    lacking: lists.map((list) => Math.max(0, end - list.length)),
  }
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)

function dealDisjoint(lists: readonly DealtList[], { examplesPerClass, batchOffset }: DealRequest): Deal {
  const taken = startSet()
  const shares = lists.map((list) => ({ list, next: 0, dealt: 0, picks: [] as number[] }))
  let active = shares
  for (let batch = 0; batch <= batchOffset && active.length > 0; batch++) {
    for (const share of active) {
      const { list } = share
      share.picks = []
      for (; share.next < list.length && share.picks.length < examplesPerClass; share.next++)
        if (!taken.has(list.startAt(share.next))) share.picks.push(share.next)
      share.dealt += share.picks.length
    }
    // After the loop, because an image that two classes take in the same batch counts for both.
    for (const { list, picks } of active) for (const position of picks) taken.add(list.startAt(position))
    if (batch < batchOffset) active = active.filter(hasMore)
  }
  const needed = examplesPerClass * (batchOffset + 1)
  return { picks: shares.map(({ picks }) => picks), lacking: shares.map(({ dealt }) => needed - dealt) }
}

/** Tells whether the list has more images; otherwise the class gets none in later batches. */
function hasMore(share: { readonly list: DealtList; readonly next: number; picks: number[] }): boolean {
  if (share.next < share.list.length) return true
  share.picks = []
  return false
}

/** Returns the length beyond which no deal takes images of a class's list. Pure. */
export function maxCandidates(classCount: number, { examplesPerClass, batchOffset, allocation }: DealRequest): number {
  const perClass = examplesPerClass * (batchOffset + 1)
  return allocation === 'window' ? perClass : perClass * classCount
}
