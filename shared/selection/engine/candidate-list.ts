/** An image that may be selected, with the byte range of its rows. */
export interface Candidate {
  readonly imageId: string
  /** Bytes [start, end) contain its matching rows, and possibly other rows of the image. */
  readonly start: number
  readonly end: number
}

/** The images of a requested class, or the first of them, in order of their first row of the class. */
export interface CandidateList {
  readonly length: number
  /** Offset of a candidate's rows. It is the same in every list with the image, and identifies the image. */
  startAt(position: number): number
  at(position: number): Candidate
}

/** Views an array as a list, which grows with the array. */
export const toCandidateList = (candidates: readonly Candidate[]): CandidateList => ({
  get length() {
    return candidates.length
  },
  startAt: (position) => candidates[position]?.start ?? -1,
  at: (position) => {
    const candidate = candidates[position]
    if (!candidate) throw new RangeError(`No candidate at position ${position}`)
    return candidate
  },
})
