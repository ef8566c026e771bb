/** The content codings that responses are sent in. */
export type Encoding = 'br' | 'gzip' | 'identity'

const PART = /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*q=(0(?:\.\d*)?|\.\d+|1(?:\.0*)?)\s*)?$/i

/**
 * Chooses the content coding of a response: of those offered, the one that the header gives the highest weight, the first
 * one of equals. It is `identity` when the header is absent or accepts none of the others. Pure.
 * @param offered the preferred first
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
 */
export function chooseEncoding(
  header: string | undefined,
  offered: readonly Exclude<Encoding, 'identity'>[],
): Encoding {
  const weights = new Map<string, number>()
  for (const part of header?.split(',') ?? []) {
    const [, coding, weight = '1'] = PART.exec(part) ?? []
    if (coding !== undefined) weights.set(coding.toLowerCase(), Number(weight))
  }
  const other = weights.get('*') ?? 0
  const weigh = (coding: Encoding): number => weights.get(coding) ?? other
  const [best] = offered.filter((coding) => weigh(coding) > 0).toSorted((a, b) => weigh(b) - weigh(a))
  // The client may prefer the uncompressed response, but only if it says so.
  return best === undefined || (weights.get('identity') ?? 0) > weigh(best) ? 'identity' : best
}
