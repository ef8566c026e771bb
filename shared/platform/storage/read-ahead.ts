import type { ByteSource } from './byte-source.ts'

/** What is asked for unless told. */
export const RANGE_BYTES = 2 << 20
export const RANGES_IN_FLIGHT = 4

export interface ReadAheadOptions {
  /** First byte; 0 by default. */
  readonly from?: number
  /** Byte to stop before; the source's size by default. */
  readonly to?: number
  /** Bytes asked for at once. */
  readonly rangeBytes?: number
  /** Requests under way at the same time. */
  readonly inFlight?: number
}

/**
 * The bytes of a source in order, by ranges of a fixed size with several requests under way.
 * Holds at most `inFlight` ranges. A reader who stops early leaves at most `inFlight - 1` requests unread.
 */
export async function* readAhead(
  source: ByteSource,
  { from = 0, to = source.size, rangeBytes = RANGE_BYTES, inFlight = RANGES_IN_FLIGHT }: ReadAheadOptions = {},
): AsyncGenerator<Uint8Array> {
  const underWay: Promise<Uint8Array>[] = []
  let next = from
  const ask = () => {
    if (next >= to) return
    const end = Math.min(next + rangeBytes, to)
    const range = source.read(next, end)
    // A range that fails is reported when its turn comes; until then nobody awaits it.
    range.catch(() => undefined)
    underWay.push(range)
    next = end
  }
  while (underWay.length < inFlight && next < to) ask()
  for (let range = underWay.shift(); range; range = underWay.shift()) {
    yield await range
    ask()
  }
}
