import type { Allocation } from '../../contracts/criteria.ts'
import type { CandidateList } from './candidate-list.ts'
import { startSet } from './start-set.ts'

/** What dealing looks at of a class's list: `startAt` tells images apart. */
type DealtList = Pick<CandidateList, 'length' | 'startAt'>

export interface Deal {
  /** For each class, the positions in its list that the batch takes, ascending. */
  readonly picks: readonly (readonly number[])[]
  /**
   * For each class, how many more images its list must have at least before another deal can come out differently.
   * All 0: the batch is full and further images change nothing.
   */
  readonly lacking: readonly number[]
}

/**
 * Which images a batch takes, from each class's images in file order (or the first of them).
 * `window`: each class takes images [kN, (k+1)N) of its own list.
 * `disjoint`: batches are dealt in turn; in each, every class takes its next N images that no earlier batch took.
 * An image that two classes take in the same batch counts for both. Unless every `lacking` is 0, the deal holds
 * only for lists that are whole.
 */
export function deal(
  lists: readonly DealtList[],
  ask: { readonly examplesPerClass: number; readonly batchOffset: number; readonly allocation: Allocation },
): Deal {
  return ask.allocation === 'window' ? dealWindow(lists, ask) : dealDisjoint(lists, ask)
}

type Ask = Parameters<typeof deal>[1]

function dealWindow(lists: readonly DealtList[], { examplesPerClass, batchOffset }: Ask): Deal {
  const first = examplesPerClass * batchOffset
  const end = first + examplesPerClass
  return {
    picks: lists.map((list) => positions(first, Math.min(end, list.length))),
    lacking: lists.map((list) => Math.max(0, end - list.length)),
  }
}

const positions = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)

function dealDisjoint(lists: readonly DealtList[], { examplesPerClass, batchOffset }: Ask): Deal {
  const taken = startSet()
  const hands = lists.map((list) => ({ list, next: 0, dealt: 0, picks: [] as number[] }))
  let open = hands
  for (let batch = 0; batch <= batchOffset && open.length > 0; batch++) {
    for (const hand of open) {
      const { list } = hand
      hand.picks = []
      for (; hand.next < list.length && hand.picks.length < examplesPerClass; hand.next++)
        if (!taken.has(list.startAt(hand.next))) hand.picks.push(hand.next)
      hand.dealt += hand.picks.length
    }
    // Only now: an image that two classes take in the same batch counts for both.
    for (const { list, picks } of open) for (const position of picks) taken.add(list.startAt(position))
    if (batch < batchOffset) open = open.filter(hasMore)
  }
  const asked = examplesPerClass * (batchOffset + 1)
  return { picks: hands.map(({ picks }) => picks), lacking: hands.map(({ dealt }) => asked - dealt) }
}

/** A class whose list has ended is dealt nothing in later batches. */
function hasMore(hand: { readonly list: DealtList; readonly next: number; picks: number[] }): boolean {
  if (hand.next < hand.list.length) return true
  hand.picks = []
  return false
}

/** No class's list needs to be longer than this, however the deal goes: what lies beyond is never taken. */
export function maxCandidates(classCount: number, { examplesPerClass, batchOffset, allocation }: Ask): number {
  const dealtEach = examplesPerClass * (batchOffset + 1)
  return allocation === 'window' ? dealtEach : dealtEach * classCount
}
