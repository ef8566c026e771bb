import { describe, expect, it } from '@jest/globals'
import {
  findQuantile,
  mergeHistograms,
  toHistogram,
} from '../../../../shared/labeling/engine/progress/log-histogram.ts'

describe('a logarithmic histogram', () => {
  it('has no quantile while nothing is counted', () => {
    expect(findQuantile({}, 0.5)).toBeUndefined()
  })

  it.each([1, 49, 50, 7_300, 9_000, 600_000, 604_800_000])('finds %d again within 4.4 percent', (value) => {
    const found = findQuantile(toHistogram([value]), 0.5) ?? 0
    expect(Math.abs(found - value) / value).toBeLessThan(0.0443)
  })

  it('finds the value at a share of the counts, whatever the order of the values', () => {
    const values = Array.from({ length: 100 }, (_, index) => 1000 * ((index * 37) % 100) + 1000)
    const histogram = toHistogram(values)
    expect((findQuantile(histogram, 0.5) ?? 0) / 50_000).toBeCloseTo(1, 1)
    expect((findQuantile(histogram, 0.95) ?? 0) / 95_000).toBeCloseTo(1, 1)
    expect((findQuantile(histogram, 1) ?? 0) / 100_000).toBeCloseTo(1, 1)
  })

  it('takes the lower one of two middle values', () => {
    expect(findQuantile(toHistogram([1024, 4096]), 0.5)).toBe(1024)
  })

  it('counts values below 1 in the first bucket', () => {
    expect(toHistogram([0, 0.2, 1])).toEqual({ 0: 3 })
  })

  it('is merged without a difference to one histogram of all values', () => {
    const values = Array.from({ length: 60 }, (_, index) => 500 + index * index * 40)
    const parts = [values.slice(0, 7), values.slice(7, 40), values.slice(40)].map(toHistogram)
    expect(mergeHistograms(parts)).toEqual(toHistogram(values))
  })
})
