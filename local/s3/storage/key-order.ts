/** UTF-16 sorts surrogate pairs (U+10000 and above) before U+E000..U+FFFF. This ranks them after, as UTF-8 does. */
const utf8Rank = (unit: number) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)

/** Compares keys by their UTF-8 bytes, as S3 does. Returns a negative number, zero or a positive number. */
export function compareKeys(left: string, right: string): number {
  const shared = Math.min(left.length, right.length)
  for (let at = 0; at < shared; at++) {
    const difference = left.charCodeAt(at) - right.charCodeAt(at)
    if (difference !== 0) return utf8Rank(left.charCodeAt(at)) - utf8Rank(right.charCodeAt(at))
  }
  return left.length - right.length
}
