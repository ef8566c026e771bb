import type { CandidateList } from './candidate-list.ts'
import type { Criteria } from './criteria.ts'
import { deal } from './deal.ts'
import type { ImageRows } from './image-rows.ts'

/** A chosen image, whose rows are still to be read. */
export interface ChosenImage extends ImageRows {
  readonly classNames: string[]
}

/** What a batch takes. */
export interface Choice {
  /** In request order. */
  readonly selectedPerClass: readonly number[]
  /** Each image once, in order of class, then file, with every class that picked it. */
  readonly images: readonly ChosenImage[]
}

/** Deals the batch from these candidates, which are as many as the deal needs. Pure. */
export function choose(candidates: readonly CandidateList[], criteria: Criteria): Choice {
  const { picks } = deal(candidates, criteria)
  const chosen = new Map<string, ChosenImage>()
  for (const [number, { className }] of criteria.classes.entries()) {
    for (const position of picks[number] ?? []) {
      const candidate = candidates[number]?.at(position)
      if (!candidate) continue
      const { imageId, start, end } = candidate
      const known = chosen.get(imageId)
      if (known) known.classNames.push(className)
      else chosen.set(imageId, { imageId, ranges: [{ start, end }], classNames: [className] })
    }
  }
  return { selectedPerClass: picks.map((hand) => hand.length), images: [...chosen.values()] }
}
