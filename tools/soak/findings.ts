/** Everything that is wrong, in words. */
export interface Findings {
  /** An image without exactly one good outcome and a copy that is equal; an event that nobody was sent. */
  readonly lost: readonly string[]
  /** What is there, was counted or was written more than once, or where it should not be. */
  readonly doubled: readonly string[]
  /** Remains of what is over. */
  readonly left: readonly string[]
}
