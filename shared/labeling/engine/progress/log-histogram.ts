import * as z from 'zod'

/**
 * A histogram with logarithmic buckets: how many values are in each bucket, by its number. Histograms of different
 * workers are merged by adding their counts. A quantile is exact to 4.4 percent.
 */
export const LogHistogram = z.record(z.string().regex(/^\d{1,4}$/), z.int().min(0))
export type LogHistogram = z.infer<typeof LogHistogram>

const BUCKETS_PER_OCTAVE = 8

/** Values below 1 are in the first bucket. */
const toBucket = (value: number): number => Math.round(BUCKETS_PER_OCTAVE * Math.log2(Math.max(1, value)))

/** Returns the middle of a bucket. */
const toValue = (bucket: number): number => 2 ** (bucket / BUCKETS_PER_OCTAVE)

/** Counts values. Pure. */
export function toHistogram(values: readonly number[]): LogHistogram {
  const histogram: LogHistogram = {}
  for (const value of values) increase(histogram, String(toBucket(value)), 1)
  return histogram
}

/** Merges histograms. Pure. */
export function mergeHistograms(histograms: readonly LogHistogram[]): LogHistogram {
  const merged: LogHistogram = {}
  for (const histogram of histograms)
    for (const [bucket, count] of Object.entries(histogram)) increase(merged, bucket, count)
  return merged
}

/**
 * Returns a quantile; undefined when nothing was counted. Pure.
 * @param share 0.5 for the median (the lower one of two), 0.95 for the 95th percentile
 */
export function findQuantile(histogram: LogHistogram, share: number): number | undefined {
  const buckets = Object.entries(histogram)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .sort((left, right) => left.bucket - right.bucket)
  const rank = Math.ceil(share * buckets.reduce((sum, { count }) => sum + count, 0))
  let seen = 0
  const found = buckets.find(({ count }) => {
    seen += count
    return count > 0 && seen >= rank
  })
  return found && toValue(found.bucket)
}

function increase(histogram: LogHistogram, bucket: string, count: number): void {
  histogram[bucket] = (histogram[bucket] ?? 0) + count
}
