import type { ByteSource } from './source.ts'

/** What reading cost so far. */
export interface ReadCost {
  requests: number
  bytes: number
}

/** Reading on would cost more than the reader allows. */
export class ReadBudgetSpent extends Error {}

/**
 * The same source, with each read added to `cost`.
 * @param mostBytes a read that would go beyond it throws `ReadBudgetSpent` instead
 */
export const counted = (source: ByteSource, cost: ReadCost, mostBytes = Number.POSITIVE_INFINITY): ByteSource => ({
  size: source.size,
  etag: source.etag,
  read: async (start, end) => {
    if (cost.bytes + end - start > mostBytes) throw new ReadBudgetSpent(`${mostBytes} bytes`)
    cost.requests += 1
    cost.bytes += end - start
    return source.read(start, end)
  },
})
