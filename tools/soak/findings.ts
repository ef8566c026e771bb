/** The violations that an audit found, in words. */
export interface Findings {
  /** Images without a good outcome or an identical copy, missing events, and answers of people that are not in a result. */
  readonly lost: readonly string[]
  /** Duplicates: anything that exists, was counted or was written more than once, or in the wrong place. */
  readonly doubled: readonly string[]
  /** Leftovers of deleted or cancelled resources. */
  readonly left: readonly string[]
}

export const addFindings = (one: Findings, other: Findings): Findings => ({
  lost: [...one.lost, ...other.lost],
  doubled: [...one.doubled, ...other.doubled],
  left: [...one.left, ...other.left],
})
