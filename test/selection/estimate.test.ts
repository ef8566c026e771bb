import { describe, expect, it } from '@jest/globals'
import { expectedScanBytes } from '../../shared/selection/estimate.ts'

const asking = (examplesPerClass: number, batchOffset = 0) => ({
  classes: [],
  examplesPerClass,
  batchOffset,
  allocation: 'disjoint' as const,
  skipImages: [],
  excludeFlags: [],
})

describe('expectedScanBytes', () => {
  it('is twice the share of the rarest class that is needed', () => {
    expect(expectedScanBytes(1_000_000, asking(10), [1000, 100])).toBe(200_000)
  })
  it('grows with the batches before', () => {
    expect(expectedScanBytes(1_000_000, asking(10, 3), [1000])).toBe(80_000)
  })
  it.each([[[5]], [[0, 1000]]])('is the whole file when a class is short: %j', (available) => {
    expect(expectedScanBytes(1_000_000, asking(10), available)).toBe(1_000_000)
  })
})
