import type { ByteSource } from './source.ts'

/** What reading cost so far. */
export interface ReadCost {
  requests: number
  bytes: number
}

/** The same source, with each read added to `cost`. */
export const counted = (source: ByteSource, cost: ReadCost): ByteSource => ({
  size: source.size,
  etag: source.etag,
  read: (start, end) => {
    cost.requests += 1
    cost.bytes += end - start
    return source.read(start, end)
  },
})
