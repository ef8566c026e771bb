/** Bytes [start, end) of a file. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Ranges joined where they overlap or lie near, in file order, so that fewer requests fetch them.
 * @param gap bytes between two ranges that are worth reading to save a request
 * @param most no joined range grows beyond this many bytes (a single one may be larger)
 */
export function coalesce(ranges: readonly ByteRange[], gap: number, most: number): ByteRange[] {
  const joined: { start: number; end: number }[] = []
  for (const range of ranges.toSorted((left, right) => left.start - right.start)) {
    const last = joined.at(-1)
    const end = Math.max(last?.end ?? 0, range.end)
    if (last && range.start - last.end <= gap && end - last.start <= most) last.end = end
    else joined.push({ ...range })
  }
  return joined
}
