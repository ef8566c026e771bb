import type { MetricValues } from '../platform/observability/metrics.ts'
import type { ImageCopy, Outcome } from './copy-image.ts'

/** How many copies ended in which way. Pure. */
export function toCopyMetrics(copies: readonly ImageCopy[]): MetricValues {
  const count = (outcome: Outcome): number => copies.filter((copy) => copy.outcome === outcome).length
  return {
    ImagesCopied: count('copied'),
    ImagesPresent: count('present'),
    ImagesMissing: count('missing'),
    ImagesDenied: count('denied'),
    ImagesConflict: count('conflict'),
    ImagesFailed: count('failed'),
  }
}
