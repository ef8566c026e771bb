import type { CandidateList } from './candidate-list.ts'
import type { Allocation } from './criteria.ts'
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
  const next = lists.map(() => 0)
  const dealt = lists.map(() => 0)
  let picks: number[][] = lists.map(() => [])
  for (let batch = 0; batch <= batchOffset; batch++) {
    picks = lists.map((list, number) => {
      const hand: number[] = []
      let at = next[number] ?? 0
      for (; at < list.length && hand.length < examplesPerClass; at++) if (!taken.has(list.startAt(at))) hand.push(at)
      next[number] = at
      dealt[number] = (dealt[number] ?? 0) + hand.length
      return hand
    })
    if (picks.every((hand) => hand.length === 0)) break
    for (const [number, list] of lists.entries()) for (const at of picks[number] ?? []) taken.add(list.startAt(at))
  }
  const asked = examplesPerClass * (batchOffset + 1)
  return { picks, lacking: dealt.map((count) => asked - count) }
}

/** No class's list needs to be longer than this, however the deal goes: what lies beyond is never taken. */
export function mostCandidates(classCount: number, { examplesPerClass, batchOffset, allocation }: Ask): number {
  const dealtEach = examplesPerClass * (batchOffset + 1)
  return allocation === 'window' ? dealtEach : dealtEach * classCount
}
