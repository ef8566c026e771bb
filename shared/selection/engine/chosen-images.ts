import type { Criteria } from '../../contracts/criteria.ts'
import type { CandidateList } from './candidate-list.ts'
import type { Deal } from './deal.ts'
import type { ImageRows } from './image-rows.ts'
import { startSet } from './start-set.ts'

/** Candidates, as many as the deal needs, and what the batch takes of them. */
export interface DealtCandidates {
  /** In request order, as `picks` are. */
  readonly lists: readonly CandidateList[]
  readonly picks: Deal['picks']
}

/** A chosen image, whose rows are still to be read. */
export interface ChosenImage extends ImageRows {
  readonly classNames: readonly string[]
}

/** The images of a batch: there may be a hundred thousand, so each is made when it is its turn. */
export interface ChosenImages extends Iterable<ChosenImage> {
  readonly count: number
}

/** Each picked image once, in order of class, then file, with every class that picked it. */
export function chosenImages({ lists, picks }: DealtCandidates, { classes }: Criteria): ChosenImages {
  const hands = classes.flatMap(({ className }, number) => {
    const [list, positions] = [lists[number], picks[number]]
    return list && positions ? [{ className, list, positions, starts: startsOf(list, positions) }] : []
  })
  function* places() {
    for (const [number, { list, positions }] of hands.entries()) {
      const before = hands.slice(0, number)
      for (const position of positions) {
        const start = list.startAt(position)
        if (!before.some(({ starts }) => starts.has(start))) yield { number, list, position, start }
      }
    }
  }
  let count = 0
  for (const _ of places()) count++
  return {
    count,
    *[Symbol.iterator]() {
      for (const { number, list, position, start } of places()) {
        const { imageId, end } = list.at(position)
        const takers = hands.filter(({ starts }, other) => other >= number && starts.has(start))
        yield { imageId, ranges: [{ start, end }], classNames: takers.map(({ className }) => className) }
      }
    },
  }
}

function startsOf(list: CandidateList, positions: readonly number[]) {
  const starts = startSet()
  for (const position of positions) starts.add(list.startAt(position))
  return starts
}
