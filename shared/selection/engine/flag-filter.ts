import type { Criteria } from '../../contracts/criteria.ts'
import type { Header } from '../../open-images/header.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { readEach } from '../../platform/storage/read-ranges.ts'
import type { Candidate, CandidateList } from './candidate-list.ts'
import type { CandidateFilter } from './index-candidates.ts'
import { wantedRuns } from './scan.ts'

/** Candidates of each class whose rows are looked at together. */
const WINDOW = 1000

/**
 * Leaves out candidates whose boxes of the class all have an excluded flag, which only their rows tell: reads those of
 * the candidates that are new, some thousand at a time in file order. Holds the place of each candidate that is left.
 */
export function flagFilter(source: ByteSource, { columns }: Header, criteria: Criteria): CandidateFilter {
  const kept = criteria.classes.map((): number[] => [])
  const looked = criteria.classes.map(() => 0)

  /** The classes that each of these images has a box of. */
  const classesByImage = async (candidates: readonly Candidate[]): Promise<Map<string, readonly number[]>> => {
    const blocks = async function* () {
      for await (const { number, bytes } of readEach(source, candidates))
        yield { bytes, start: candidates[number]?.start ?? 0 }
    }
    const found = new Map<string, readonly number[]>()
    for await (const runs of wantedRuns(blocks(), columns, criteria))
      for (const { imageId, classes } of runs) found.set(imageId, classes)
    return found
  }

  return async (lists) => {
    while (lists.some((list, number) => (looked[number] ?? 0) < list.length)) {
      // Up to the same place of the file in all lists, so that an image of several classes is read once.
      const end = Math.min(...lists.map((list, number) => endOfWindow(list, looked[number] ?? 0)))
      const fresh = lists.map((list, number) => windowOf(list, looked[number] ?? 0, end))
      const classesOf = await classesByImage(fresh.flat())
      for (const [number, candidates] of fresh.entries()) {
        const from = looked[number] ?? 0
        for (const [behind, { imageId }] of candidates.entries())
          if (classesOf.get(imageId)?.includes(number)) kept[number]?.push(from + behind)
        looked[number] = from + candidates.length
      }
    }
    return lists.map((list, number) => keptOf(list, kept[number] ?? []))
  }
}

/** Where in the file a list's next candidates but a thousand begin. */
const endOfWindow = (list: CandidateList, from: number): number =>
  from + WINDOW < list.length ? list.startAt(from + WINDOW) : Number.POSITIVE_INFINITY

function windowOf(list: CandidateList, from: number, end: number): Candidate[] {
  const candidates: Candidate[] = []
  for (let at = from; at < list.length && list.startAt(at) < end; at++) candidates.push(list.at(at))
  return candidates
}

const keptOf = (list: CandidateList, positions: readonly number[]): CandidateList => ({
  length: positions.length,
  startAt: (position) => list.startAt(positions[position] ?? 0),
  at: (position) => list.at(positions[position] ?? 0),
})
