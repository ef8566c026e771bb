import { describe, expect, it } from '@jest/globals'
import type { Answer } from '../../bench/child.ts'
import { summarizeRuns } from '../../bench/compare.ts'
import { summarizeCalls } from '../../bench/function-report.ts'
import { median, roundTo, spread } from '../../bench/statistics.ts'

describe('statistics', () => {
  it('median returns the middle value, or the mean of the two middle ones', () => {
    expect([median([9, 1, 5]), median([4, 1, 3, 2]), median([7])]).toEqual([5, 2.5, 7])
    expect(() => median([])).toThrow(RangeError)
  })
  it('spread returns the interquartile range as a share of the median', () => {
    expect(spread([10, 10, 10])).toBe(0)
    expect(spread([8, 9, 10, 11, 12])).toBeCloseTo(0.2)
  })
  it('roundTo keeps three significant digits', () => {
    expect([roundTo(1234.5), roundTo(0.012345), roundTo(2), roundTo(Number.POSITIVE_INFINITY)]).toEqual([
      1230,
      0.0123,
      2,
      Number.POSITIVE_INFINITY,
    ])
  })
})

describe('summarizeRuns', () => {
  it('returns the medians without the warm-up, and the peak memory', () => {
    const answer = (milliseconds: number, peakMegabytes: number): Answer => ({
      milliseconds,
      cpuMilliseconds: milliseconds * 2,
      peakMegabytes,
      result: milliseconds,
    })
    expect(summarizeRuns('one', [answer(90, 4), answer(30, 5), answer(10, 9), answer(20, 7)])).toEqual({
      name: 'one',
      milliseconds: 20,
      firstMilliseconds: 90,
      cpuMilliseconds: 40,
      peakMegabytes: 9,
      spread: 0.5,
      result: 20,
    })
  })
})

describe('summarizeCalls', () => {
  it('returns the longest call and the call that reached the peak memory', () => {
    const call = (label: string, milliseconds: number, peakMegabytes: number) => ({
      label,
      milliseconds,
      peakMegabytes,
      heapMegabytes: 1,
    })
    const calls = [call('a', 500, 80), call('b', 1000, 120), call('c', 2000, 120)]
    expect(summarizeCalls(calls, 2048)).toEqual({
      calls: 3,
      seconds: 3.5,
      longestMilliseconds: 2000,
      longestCall: 'c',
      medianMilliseconds: 1000,
      peakMegabytes: 120,
      peakCall: 'b',
      gigabyteSeconds: 7,
    })
    expect(summarizeCalls([], 2048)).toBeUndefined()
  })
})
