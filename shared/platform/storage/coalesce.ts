/** Bytes [start, end) of a file. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Joins ranges that overlap or are close to each other, so that fewer requests read them. Returns them in file order. Pure.
 * @param gap maximum of bytes between two joined ranges
 * @param maxBytes maximum size of a joined range; a single range may be larger
 */
export function coalesce(ranges: readonly ByteRange[], gap: number, maxBytes: number): ByteRange[] {
  const joined: { start: number; end: number }[] = []
  for (const range of ranges.toSorted((left, right) => left.start - right.start)) {
    const last = joined.at(-1)
    const end = Math.max(last?.end ?? 0, range.end)
    if (last && range.start - last.end <= gap && end - last.start <= maxBytes) last.end = end
    else joined.push({ ...range })
  }
  return joined
}
