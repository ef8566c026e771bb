import type { ByteSource } from './byte-source.ts'

/** Requests and bytes of reads. */
export interface ReadCost {
  requests: number
  bytes: number
}

/** A read would exceed the budget. */
export class ReadBudgetExceeded extends Error {}

/**
 * Returns a source that adds each read to `cost`.
 * @param budget limits `cost`: a read that would exceed it throws `ReadBudgetExceeded` without reading
 */
export const metered = (source: ByteSource, cost: ReadCost, budget?: Readonly<ReadCost>): ByteSource => ({
  size: source.size,
  etag: source.etag,
  read: async (start, end) => {
    const bytes = cost.bytes + end - start
    if (budget && (cost.requests >= budget.requests || bytes > budget.bytes))
      throw new ReadBudgetExceeded(`The read would exceed ${budget.requests} requests or ${budget.bytes} bytes`)
    cost.requests += 1
    cost.bytes = bytes
    return source.read(start, end)
  },
})
