import { readEach } from '../bytes/read-in-order.ts'
import type { ByteSource } from '../bytes/source.ts'
import type { Header } from '../open-images/header.ts'
import { type Candidate, type CandidateList, listOf } from './candidate-list.ts'
import type { Criteria } from './criteria.ts'
import type { CandidateFilter } from './index-candidates.ts'
import { imageRuns } from './scan.ts'

/**
 * Leaves out candidates whose boxes of the class all have an excluded flag, which only their rows tell: reads those of
 * the candidates that are new. Holds what is left.
 */
export function flagFilter(source: ByteSource, { columns }: Header, criteria: Criteria): CandidateFilter {
  const kept = criteria.classes.map((): Candidate[] => [])
  const looked = criteria.classes.map(() => 0)

  const classesByImage = async (candidates: readonly Candidate[]): Promise<Map<string, readonly number[]>> => {
    const blocks = async function* () {
      for await (const { number, bytes } of readEach(source, candidates))
        yield { bytes, start: candidates[number]?.start ?? 0 }
    }
    const found = new Map<string, readonly number[]>()
    for await (const runs of imageRuns(blocks(), columns, criteria))
      for (const { imageId, classes } of runs) found.set(imageId, classes)
    return found
  }

  return async (lists) => {
    const fresh = lists.map((list, number) => from(list, looked[number] ?? 0))
    const classesOf = await classesByImage(fresh.flat())
    for (const [number, candidates] of fresh.entries()) {
      looked[number] = lists[number]?.length ?? 0
      for (const candidate of candidates)
        if (classesOf.get(candidate.imageId)?.includes(number)) kept[number]?.push(candidate)
    }
    return kept.map(listOf)
  }
}

const from = (list: CandidateList, position: number): Candidate[] =>
  Array.from({ length: list.length - position }, (_, behind) => list.at(position + behind))
