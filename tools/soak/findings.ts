/** The violations that an audit found, in words. */
export interface Findings {
  /** Images without a good outcome or an identical copy, and missing events. */
  readonly lost: readonly string[]
  /** Duplicates: anything that exists, was counted or was written more than once, or in the wrong place. */
  readonly doubled: readonly string[]
  /** Leftovers of deleted or cancelled resources. */
  readonly left: readonly string[]
}
