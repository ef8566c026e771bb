import type { CandidateList } from './candidate-list.ts'
import type { Criteria } from './criteria.ts'
import type { Deal } from './deal.ts'
import type { ImageRows } from './image-rows.ts'

/** Candidates, as many as the deal needs, and what the batch takes of them. */
export interface DealtCandidates {
  /** In request order, as `picks` are. */
  readonly lists: readonly CandidateList[]
  readonly picks: Deal['picks']
}

/** A chosen image, whose rows are still to be read. */
export interface ChosenImage extends ImageRows {
  readonly classNames: string[]
}

/** Each picked image once, in order of class, then file, with every class that picked it. Pure. */
export function chosenImages({ lists, picks }: DealtCandidates, { classes }: Criteria): ChosenImage[] {
  const chosen = new Map<number, ChosenImage>()
  for (const [number, { className }] of classes.entries()) {
    const list = lists[number]
    for (const position of picks[number] ?? []) {
      const candidate = list?.at(position)
      if (!candidate) continue
      const { imageId, start, end } = candidate
      const known = chosen.get(start)
      if (known) known.classNames.push(className)
      else chosen.set(start, { imageId, ranges: [{ start, end }], classNames: [className] })
    }
  }
  return [...chosen.values()]
}
