/** UTF-16 puts surrogate pairs (U+10000 and up) below U+E000..U+FFFF; this moves them above, as UTF-8 has them. */
const rank = (unit: number) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)

/** Orders keys as S3 does, by their UTF-8 bytes: negative, zero or positive. */
export function compareKeys(left: string, right: string): number {
  const shared = Math.min(left.length, right.length)
  for (let at = 0; at < shared; at++) {
    const difference = left.charCodeAt(at) - right.charCodeAt(at)
    if (difference !== 0) return rank(left.charCodeAt(at)) - rank(right.charCodeAt(at))
  }
  return left.length - right.length
}
