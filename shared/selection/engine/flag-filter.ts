import type { Criteria } from '../../contracts/criteria.ts'
import type { Header } from '../../open-images/header.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { readEach } from '../../platform/storage/read-ranges.ts'
import type { Candidate, CandidateList } from './candidate-list.ts'
import type { CandidateFilter } from './index-candidates.ts'
import { findMatchingRuns } from './scan.ts'

/** Candidates of each class whose rows are read together. */
const WINDOW_IMAGES = 1000

/**
 * Creates a filter that removes candidates whose boxes of the class all have an excluded flag. Flags are only in the
 * rows, so it reads those of new candidates, about a thousand at a time in file order. Holds the position of each
 * candidate that remains.
 */
export function flagFilter(source: ByteSource, { columns }: Header, criteria: Criteria): CandidateFilter {
  const kept = criteria.classes.map((): number[] => [])
  const checked = criteria.classes.map(() => 0)

  /** Reads which classes each of these images has a box of. */
  const classesByImage = async (candidates: readonly Candidate[]): Promise<Map<string, readonly number[]>> => {
    const blocks = async function* () {
      for await (const { number, bytes } of readEach(source, candidates))
        yield { bytes, start: candidates[number]?.start ?? 0 }
    }
    const found = new Map<string, readonly number[]>()
    for await (const runs of findMatchingRuns(blocks(), columns, criteria))
      for (const { imageId, classes } of runs) found.set(imageId, classes)
    return found
  }

  return async (lists) => {
    while (lists.some((list, number) => (checked[number] ?? 0) < list.length)) {
      // Up to the same offset in all lists, so that an image of several classes is read once.
      const end = Math.min(...lists.map((list, number) => findWindowEnd(list, checked[number] ?? 0)))
      const fresh = lists.map((list, number) => listWindow(list, checked[number] ?? 0, end))
      const classesById = await classesByImage(fresh.flat())
      for (const [number, candidates] of fresh.entries()) {
        const from = checked[number] ?? 0
        for (const [index, { imageId }] of candidates.entries())
          if (classesById.get(imageId)?.includes(number)) kept[number]?.push(from + index)
        checked[number] = from + candidates.length
      }
    }
    return lists.map((list, number) => toKeptList(list, kept[number] ?? []))
  }
}

/** Returns the offset in the file of the candidate that follows the list's next window. */
const findWindowEnd = (list: CandidateList, from: number): number =>
  from + WINDOW_IMAGES < list.length ? list.startAt(from + WINDOW_IMAGES) : Number.POSITIVE_INFINITY

function listWindow(list: CandidateList, from: number, end: number): Candidate[] {
  const candidates: Candidate[] = []
  for (let at = from; at < list.length && list.startAt(at) < end; at++) candidates.push(list.at(at))
  return candidates
}

const toKeptList = (list: CandidateList, positions: readonly number[]): CandidateList => ({
  length: positions.length,
  startAt: (position) => list.startAt(positions[position] ?? 0),
  at: (position) => list.at(positions[position] ?? 0),
})
