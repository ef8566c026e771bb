import type { ByteSource } from '../../../shared/platform/storage/byte-source.ts'

/** A byte source that records its reads. */
export interface MemorySource extends ByteSource {
  /** Every range read, [start, end), in order. */
  readonly reads: readonly (readonly [start: number, end: number])[]
}

/** Returns a byte source over an array or a text. @throws RangeError when a read is not within it */
export function memorySource(content: Uint8Array | string, etag = '"memory"'): MemorySource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const reads: [number, number][] = []
  return {
    size: bytes.length,
    etag,
    reads,
    read: async (start, end) => {
      if (start < 0 || end < start || end > bytes.length)
        throw new RangeError(`Bytes ${start} to ${end} are not within the ${bytes.length} bytes of the source`)
      reads.push([start, end])
      return bytes.slice(start, end)
    },
  }
}
