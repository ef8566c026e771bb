/** How the opinions of several workers become one label. */
export interface ConsolidationSettings {
  /** Mean overlap (intersection over union) from which two groups of boxes are one object, above 0 to 1. */
  readonly minOverlap: number
  /** Weighted share of the opinions that a box needs to be kept, above 0 to 1. */
  readonly quorum: number
}

export const DEFAULT_SETTINGS: ConsolidationSettings = { minOverlap: 0.4, quorum: 0.5 }

/** Weight of each worker's opinion by pseudonym, above 0 to 1. A worker who is not in it has {@link DEFAULT_SKILL}. */
export type Skills = ReadonlyMap<string, number>

/** The skill of a worker of whom nothing is known: the fourth power of a mean score of 0.8. */
export const DEFAULT_SKILL = 0.8 ** 4

/** Returns the weight of a worker's opinion. Pure. */
export const readSkill = (skills: Skills, worker: string): number => skills.get(worker) ?? DEFAULT_SKILL
