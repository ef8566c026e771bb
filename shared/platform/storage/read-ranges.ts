import type { ByteSource } from './byte-source.ts'
import { type ByteRange, coalesce } from './coalesce.ts'

/** Ranges at most this far apart are read with one request, up to a maximum size. */
export const MAX_GAP_BYTES = 16 << 10
export const MAX_READ_BYTES = 4 << 20

/** Scattered ranges have about a kilobyte, so their latency dominates and many are read concurrently. */
const READS_IN_FLIGHT = 32
const BYTES_IN_FLIGHT = 8 << 20

/** Plans the requests for these ranges, in file order. Nearby ranges share a request. Pure. */
export const planFetches = (ranges: readonly ByteRange[]): ByteRange[] =>
  coalesce(ranges, MAX_GAP_BYTES, MAX_READ_BYTES)

/**
 * Yields the bytes of each range with its index in `ranges`, in file order. Nearby ranges share a request. At most 32
 * requests and 8 MiB are in flight.
 */
export async function* readEach(
  source: ByteSource,
  ranges: readonly ByteRange[],
): AsyncGenerator<{ readonly number: number; readonly bytes: Uint8Array }> {
  const remaining = [...ranges.entries()].sort(([, one], [, other]) => other.start - one.start)
  const fetched = planFetches(ranges)
  let piece = 0
  for await (const bytes of readInOrder(source, fetched)) {
    const { start: from = 0, end: to = 0 } = fetched[piece++] ?? {}
    for (let next = remaining.at(-1); next && next[1].end <= to; next = remaining.at(-1)) {
      const [number, { start, end }] = next
      yield { number, bytes: bytes.subarray(start - from, end - from) }
      remaining.pop()
    }
  }
}

/** Reads the bytes of each range, in the order of `ranges`. Holds all of them. */
export async function readRanges(source: ByteSource, ranges: readonly ByteRange[]): Promise<Uint8Array[]> {
  const read: Uint8Array[] = []
  for await (const { number, bytes } of readEach(source, ranges)) read[number] = bytes
  return read
}

/** Reads each range with one request and yields their bytes in order. */
async function* readInOrder(source: ByteSource, ranges: readonly ByteRange[]): AsyncGenerator<Uint8Array> {
  const pending: { readonly size: number; readonly bytes: Promise<Uint8Array> }[] = []
  let pendingBytes = 0
  for (const { start, end } of ranges) {
    while (pending.length >= READS_IN_FLIGHT || (pending.length > 0 && pendingBytes + end - start > BYTES_IN_FLIGHT)) {
      const first = pending.shift()
      pendingBytes -= first?.size ?? 0
      if (first) yield await first.bytes
    }
    const bytes = source.read(start, end)
    // A failure is thrown when the range is awaited. Until then, it must not count as an unhandled rejection.
    bytes.catch(() => undefined)
    pending.push({ size: end - start, bytes })
    pendingBytes += end - start
  }
  for (const { bytes } of pending) yield await bytes
}
