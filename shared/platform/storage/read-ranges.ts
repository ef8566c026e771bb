import type { ByteSource } from './byte-source.ts'
import { type ByteRange, coalesce } from './coalesce.ts'

/** Ranges that lie no further apart are fetched by one request, up to so many bytes of it. */
export const MAX_GAP_BYTES = 16 << 10
export const MAX_READ_BYTES = 4 << 20

/** Scattered ranges are a kilobyte each: it is waiting for S3 that takes time, not their bytes. */
const READS_IN_FLIGHT = 32
const BYTES_IN_FLIGHT = 8 << 20

/** What is fetched for these ranges: in file order, near ones as one. */
export const fetchedRanges = (ranges: readonly ByteRange[]): ByteRange[] =>
  coalesce(ranges, MAX_GAP_BYTES, MAX_READ_BYTES)

/**
 * The bytes of each range with its number, in file order, whatever the order that they are given in. Near ones are
 * fetched by one request, and as many requests are under way at a time as memory allows.
 */
export async function* readEach(
  source: ByteSource,
  ranges: readonly ByteRange[],
): AsyncGenerator<{ readonly number: number; readonly bytes: Uint8Array }> {
  const left = [...ranges.entries()].sort(([, one], [, other]) => other.start - one.start)
  const fetched = fetchedRanges(ranges)
  let piece = 0
  for await (const bytes of readInOrder(source, fetched)) {
    const { start: from = 0, end: to = 0 } = fetched[piece++] ?? {}
    for (let next = left.at(-1); next && next[1].end <= to; next = left.at(-1)) {
      const [number, { start, end }] = next
      yield { number, bytes: bytes.subarray(start - from, end - from) }
      left.pop()
    }
  }
}

/** The bytes of each range, in the order that the ranges are given in. Holds all of them. */
export async function readRanges(source: ByteSource, ranges: readonly ByteRange[]): Promise<Uint8Array[]> {
  const found: Uint8Array[] = []
  for await (const { number, bytes } of readEach(source, ranges)) found[number] = bytes
  return found
}

/** The bytes of each range, in order. */
async function* readInOrder(source: ByteSource, ranges: readonly ByteRange[]): AsyncGenerator<Uint8Array> {
  const underWay: { readonly size: number; readonly bytes: Promise<Uint8Array> }[] = []
  let held = 0
  for (const { start, end } of ranges) {
    while (underWay.length >= READS_IN_FLIGHT || (underWay.length > 0 && held + end - start > BYTES_IN_FLIGHT)) {
      const first = underWay.shift()
      held -= first?.size ?? 0
      if (first) yield await first.bytes
    }
    const bytes = source.read(start, end)
    // A range that fails is reported when its turn comes; until then nobody awaits it.
    bytes.catch(() => undefined)
    underWay.push({ size: end - start, bytes })
    held += end - start
  }
  for (const { bytes } of underWay) yield await bytes
}
