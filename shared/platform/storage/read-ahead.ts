import type { ByteSource } from './byte-source.ts'

/** Defaults of {@link ReadAheadOptions}. */
export const RANGE_BYTES = 2 << 20
export const RANGES_IN_FLIGHT = 4

export interface ReadAheadOptions {
  /** First byte. Default: 0. */
  readonly from?: number
  /** End, exclusive. Default: the size of the source. */
  readonly to?: number
  /** Bytes per request. Default: 2 MiB. */
  readonly rangeBytes?: number
  /** Maximum of concurrent requests. Default: 4. */
  readonly inFlight?: number
}

/**
 * Yields the bytes of a source in order, in ranges of a fixed size, with several concurrent requests.
 * Holds at most `inFlight` ranges. A reader that stops early wastes at most `inFlight - 1` requests, and waits for them.
 */
export async function* readAhead(
  source: ByteSource,
  { from = 0, to = source.size, rangeBytes = RANGE_BYTES, inFlight = RANGES_IN_FLIGHT }: ReadAheadOptions = {},
): AsyncGenerator<Uint8Array> {
  const pending: Promise<Uint8Array>[] = []
  let next = from
  const requestNext = () => {
    if (next >= to) return
    const end = Math.min(next + rangeBytes, to)
    const range = source.read(next, end)
    // A failure is thrown when the range is awaited below. Until then, it must not count as an unhandled rejection.
    range.catch(() => undefined)
    pending.push(range)
    next = end
  }
  try {
    while (pending.length < inFlight && next < to) requestNext()
    for (let range = pending.shift(); range; range = pending.shift()) {
      yield await range
      requestNext()
    }
  } finally {
    // On Lambda, requests that nobody waits for would overlap with the next call.
    await Promise.allSettled(pending)
  }
}
