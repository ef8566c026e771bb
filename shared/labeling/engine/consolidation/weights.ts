/** Weighted shares that differ by less are equal: sums of the same weights differ in their last digits. */
const TOLERANCE = 1e-9

/** Whether a share reaches a limit, up to rounding. Pure. */
export const reaches = (share: number, limit: number): boolean => share >= limit - TOLERANCE

/** Whether a share is above another one by more than rounding. Pure. */
export const exceeds = (share: number, other: number): boolean => share > other + TOLERANCE

/** Pure. */
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Rounds to hundredths. Pure. */
export const toHundredths = (value: number): number => Math.round(value * 100) / 100

/** A number and how much it counts. */
export interface Weighted {
  readonly value: number
  readonly weight: number
}

/**
 * Returns the weighted mean. It is exactly the plain mean where all weights are the same, and exactly the value where all
 * values are. Pure.
 * @param values at least one
 */
export function weightedMean(values: readonly Weighted[]): number {
  const [first] = values
  if (!first || values.every(({ value }) => value === first.value)) return first?.value ?? 0
  const largest = Math.max(...values.map(({ weight }) => weight))
  const parts = values.map(({ value, weight }) => ({ value, part: weight / largest }))
  return sum(parts.map(({ value, part }) => value * part)) / sum(parts.map(({ part }) => part))
}

/**
 * Returns the weighted median: half of the weight is on each side of it. Where the weight divides exactly between two
 * values, it is the middle of them, so that two opinions of equal weight favor no side. Pure.
 * @param values at least one
 */
export function weightedMedian(values: readonly Weighted[]): number {
  const sorted = values.toSorted((one, other) => one.value - other.value)
  const total = sum(sorted.map(({ weight }) => weight))
  let before = 0
  for (const [index, { value, weight }] of sorted.entries()) {
    before += weight
    const share = before / total
    if (exceeds(share, 0.5)) return value
    if (reaches(share, 0.5)) return (value + (sorted[index + 1]?.value ?? value)) / 2
  }
  return sorted.at(-1)?.value ?? 0
}

/** Returns the median absolute deviation from the median, without weights. Pure. @param values at least one */
export function medianDeviation(values: readonly number[]): number {
  const median = plainMedian(values)
  return plainMedian(values.map((value) => Math.abs(value - median)))
}

const plainMedian = (values: readonly number[]): number => weightedMedian(values.map((value) => ({ value, weight: 1 })))
