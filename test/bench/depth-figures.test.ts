import { describe, expect, it } from '@jest/globals'
import { findDifferences, type Sample, toRow } from '../../bench/depth/figures.ts'

/** Returns samples of a call whose depth and requests are these, with its time at each distance. */
const toSamples = (times: Readonly<Record<number, number>>, depth: number, requests = { GET: 3 }): Sample[] =>
  Object.entries(times).map(([distance, milliseconds]) => ({
    distance: Number(distance),
    requestMilliseconds: 2 + Number(distance),
    milliseconds,
    requests,
    depth,
  }))

describe('the figures of depth', () => {
  it('have the slope of time over distance, whatever the call takes by itself', () => {
    const samples = toSamples({ 0: 17, 60: 197, 200: 617 }, 3)
    expect(toRow({ name: 'GET batch', samples })).toMatchObject({ depth: 3, slope: 3, deviation: 0 })
  })

  it('have the slope over the time that requests took, which may be more than their distance', () => {
    const late = toSamples({ 0: 10, 200: 760 }, 3).map((sample) => ({
      ...sample,
      requestMilliseconds: 1.25 * sample.distance,
    }))
    expect(toRow({ name: 'GET batch', samples: late })).toMatchObject({ slope: 3, deviation: 0 })
  })

  it('accept a slope that is nearly the depth', () => {
    expect(findDifferences({ name: 'GET batch', samples: toSamples({ 0: 10, 200: 690 }, 3) })).toEqual([])
  })

  it('report a call that waits for more than its depth says', () => {
    expect(findDifferences({ name: 'GET batch', samples: toSamples({ 0: 10, 200: 810 }, 3) })).toHaveLength(1)
  })

  it('report a call that requests more from farther away', () => {
    const [near] = toSamples({ 0: 10 }, 3)
    const [far] = toSamples({ 200: 610 }, 3, { GET: 4 })
    expect(findDifferences({ name: 'GET batch', samples: [near!, far!] })).toHaveLength(1)
  })
})
