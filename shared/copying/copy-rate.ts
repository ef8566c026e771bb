import type { ChunkReceipt } from './copy-receipt.ts'

/**
 * Estimates the rate as of the last chunk, not of now, so that a poll that finds nothing new has the same ETag. Pure.
 * @param receipts of this round; images that were good before it count as done in it
 */
export function estimateRate(
  receipts: readonly ChunkReceipt[],
  { pending, startedAt }: { pending: number; startedAt: string },
) {
  const images = receipts.reduce((sum, receipt) => sum + receipt.images.length, 0)
  const lastDoneAt = Math.max(...receipts.map(({ doneAt }) => Date.parse(doneAt)))
  const seconds = (lastDoneAt - Date.parse(startedAt)) / 1000
  if (images === 0 || !(seconds > 0)) return {}
  const rate = images / seconds
  return { imagesPerSecond: Math.round(10 * rate) / 10, secondsLeft: Math.ceil(pending / rate) }
}
