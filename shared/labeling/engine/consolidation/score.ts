import type { ClassBox, ImageSize } from './boxes.ts'
import { consolidateBoxes, type DrawnOpinion } from './consolidate-boxes.ts'
import { matchBoxes } from './match-boxes.ts'
import type { ConsolidationSettings, Skills } from './settings.ts'
import { sum } from './weights.ts'

/**
 * Scores an answer against what the others have, or against the truth: the overlaps of matched boxes of one class, twice,
 * over the number of boxes of both (an F-measure in which a box counts by how well it fits). 0 to 1; 1 where both have no
 * boxes. Pure.
 */
export function scoreBoxes(drawn: readonly ClassBox[], expected: readonly ClassBox[]): number {
  const count = drawn.length + expected.length
  return count === 0 ? 1 : (2 * sum(matchBoxes(drawn, expected).map(({ overlap }) => overlap))) / count
}

/**
 * Scores each opinion against the consensus of the others, which is made without it: a worker cannot agree with themselves.
 * Pure.
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
      const others = opinions.filter((other) => other !== opinion)
      return [opinion.worker, scoreBoxes(opinion.boxes, consolidateBoxes(others, skills, settings, image).boxes)]
    }),
  )
}
