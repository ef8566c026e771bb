import type { ByteSource } from '../../../shared/platform/storage/byte-source.ts'

/** A byte source that remembers what was asked of it. */
export interface MemorySource extends ByteSource {
  /** Every range read, [start, end), in order. */
  readonly reads: readonly (readonly [start: number, end: number])[]
}

/** An array (or text) as a byte source. @throws RangeError when a read lies outside of it */
export function memorySource(content: Uint8Array | string, etag = '"memory"'): MemorySource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const reads: [number, number][] = []
  return {
    size: bytes.length,
    etag,
    reads,
    read: async (start, end) => {
      if (start < 0 || end < start || end > bytes.length)
        throw new RangeError(`bytes ${start} to ${end} of ${bytes.length} were asked for`)
      reads.push([start, end])
      return bytes.slice(start, end)
    },
  }
}
