/** An image that a batch may take, and where its rows lie. */
export interface Candidate {
  readonly imageId: string
  /** Bytes [start, end) hold its wanted rows, and perhaps others of it. */
  readonly start: number
  readonly end: number
}

/** The images of a requested class, or the first of them, in order of their first row of that class. */
export interface CandidateList {
  readonly length: number
  /** Where a candidate's rows begin: it is the same in every list that has the image, and tells images apart. */
  startAt(position: number): number
  at(position: number): Candidate
}

export const toCandidateList = (candidates: readonly Candidate[]): CandidateList => ({
  get length() {
    return candidates.length
  },
  startAt: (position) => candidates[position]?.start ?? -1,
  at: (position) => {
    const candidate = candidates[position]
    if (!candidate) throw new RangeError(`there is no candidate ${position}`)
    return candidate
  },
})
