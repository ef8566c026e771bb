import type { ByteSource } from './byte-source.ts'

/** What reading cost so far. */
export interface ReadCost {
  requests: number
  bytes: number
}

/** Reading on would cost more than the reader allows. */
export class ReadBudgetExceeded extends Error {}

/**
 * The same source, with each read added to `cost`.
 * @param most a read that would go beyond it throws `ReadBudgetSpent` instead
 */
export const metered = (source: ByteSource, cost: ReadCost, most?: Readonly<ReadCost>): ByteSource => ({
  size: source.size,
  etag: source.etag,
  read: async (start, end) => {
    const bytes = cost.bytes + end - start
    if (most && (cost.requests >= most.requests || bytes > most.bytes))
      throw new ReadBudgetExceeded(`${most.requests} requests, ${most.bytes} bytes`)
    cost.requests += 1
    cost.bytes = bytes
    return source.read(start, end)
  },
})
