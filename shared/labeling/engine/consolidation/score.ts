import type { ClassBox, ImageSize } from './boxes.ts'
import { type ConsolidatedBox, consolidateBoxes, type DrawnOpinion } from './consolidate-boxes.ts'
import { type BoxPair, matchBoxes } from './match-boxes.ts'
import type { ConsolidationSettings, Skills } from './settings.ts'
import { sum } from './weights.ts'

/**
 * Scores an answer against what the others have, or against the truth: the overlaps of matched boxes of one class, twice,
 * over the number of boxes of both (an F-measure in which a box counts by how well it fits). 0 to 1; 1 where both have no
 * boxes. Pure.
 */
export const scoreBoxes = (drawn: readonly ClassBox[], expected: readonly ClassBox[]): number =>
  scorePairs(matchBoxes(drawn, expected), drawn.length + expected.length)

/** The same for boxes that were matched. Pure. @param count boxes of both */
export const scorePairs = (pairs: readonly BoxPair[], count: number): number =>
  count === 0 ? 1 : (2 * sum(pairs.map(({ overlap }) => overlap))) / count

/** Returns the boxes of all opinions but one: a worker cannot agree with themselves. Pure. */
export const consensusOfOthers = (
  opinions: readonly DrawnOpinion[],
  opinion: DrawnOpinion,
  skills: Skills,
  settings: ConsolidationSettings,
  image: ImageSize | undefined,
): readonly ConsolidatedBox[] =>
  consolidateBoxes(
    opinions.filter((other) => other !== opinion),
    skills,
    settings,
    image,
  ).boxes

/**
 * Scores each opinion against the consensus of the others, which is made without it. Pure.
 * @returns scores by worker, 0 to 1; undefined for a single opinion, as there are no others
 */
export function scoreOpinions(
  opinions: readonly DrawnOpinion[],
  skills: Skills,
  settings: ConsolidationSettings,
  image: ImageSize | undefined,
): ReadonlyMap<string, number> | undefined {
  if (opinions.length < 2) return undefined
  return new Map(
    opinions.map((opinion) => {
      const expected = consensusOfOthers(opinions, opinion, skills, settings, image)
      return [opinion.worker, scoreBoxes(opinion.boxes, expected)]
    }),
  )
}
