import { describe, expect, it } from '@jest/globals'
import { findDrift } from '../../../../shared/labeling/engine/progress/find-drift.ts'

/** Returns hours with so many answers each, from the first one on, and their mean score. */
const hours = (...given: readonly (readonly [judged: number, mean: number])[]) => ({
  agreementByHour: Object.fromEntries(
    given.map(([judged, mean], index) => [String(490_000 + index), { judged, sum: judged * mean }]),
  ),
})

describe('the drift of a worker', () => {
  it('is below 0 for somebody who gets worse', () => {
    expect(findDrift(hours([30, 0.9], [30, 0.9], [20, 0.6]))).toBeCloseTo(-0.3)
  })

  it('is above 0 for somebody who learns', () => {
    expect(findDrift(hours([40, 0.5], [40, 0.8]))).toBeCloseTo(0.3)
  })

  it('compares the latest quarter with all that came before', () => {
    expect(findDrift(hours([100, 0.8], [100, 0.8], [100, 0.8], [100, 0.6]))).toBeCloseTo(-0.2)
  })

  it.each([
    ['all came within one hour', [[200, 0.9]]],
    [
      'there are fewer than forty',
      [
        [19, 0.9],
        [20, 0.5],
      ],
    ],
    ['none is judged', []],
  ] as const)('is not known where %s', (_, given) => {
    expect(findDrift(hours(...given))).toBeUndefined()
  })
})
