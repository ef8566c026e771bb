import type { Criteria } from '../../contracts/criteria.ts'
import type { CandidateList } from './candidate-list.ts'
import type { Deal } from './deal.ts'
import type { ImageRows } from './image-rows.ts'
import { startSet } from './start-set.ts'

/** The candidates that a deal needs, and the batch's share of them. */
export interface DealtCandidates {
  /** In request order, like `picks`. */
  readonly lists: readonly CandidateList[]
  readonly picks: Deal['picks']
}

/** A selected image whose rows are not read yet. */
export interface ChosenImage extends ImageRows {
  readonly classNames: readonly string[]
}

/** The images of a batch, created lazily: there may be a hundred thousand. */
export interface ChosenImages extends Iterable<ChosenImage> {
  readonly count: number
}

/** Lists each picked image once, by class, then by position in the file, with all classes that picked it. Pure. */
export function toChosenImages({ lists, picks }: DealtCandidates, { classes }: Criteria): ChosenImages {
  const shares = classes.flatMap(({ className }, number) => {
    const [list, positions] = [lists[number], picks[number]]
    return list && positions ? [{ className, list, positions, starts: collectStarts(list, positions) }] : []
  })
  function* picked() {
    for (const [number, { list, positions }] of shares.entries()) {
      const earlier = shares.slice(0, number)
      for (const position of positions) {
        const start = list.startAt(position)
        if (!earlier.some(({ starts }) => starts.has(start))) yield { number, list, position, start }
      }
    }
  }
  let count = 0
  for (const _ of picked()) count++
  return {
    count,
    *[Symbol.iterator]() {
      for (const { number, list, position, start } of picked()) {
        const { imageId, end } = list.at(position)
        const sharing = shares.filter(({ starts }, other) => other >= number && starts.has(start))
        yield { imageId, ranges: [{ start, end }], classNames: sharing.map(({ className }) => className) }
      }
    },
  }
}

function collectStarts(list: CandidateList, positions: readonly number[]) {
  const starts = startSet()
  for (const position of positions) starts.add(list.startAt(position))
  return starts
}
