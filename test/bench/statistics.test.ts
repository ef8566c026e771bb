import { describe, expect, it } from '@jest/globals'
import type { Answer } from '../../bench/child.ts'
import { standingOf } from '../../bench/contest.ts'
import { summaryOf } from '../../bench/function-report.ts'
import { median, rounded, spread } from '../../bench/statistics.ts'

describe('the middle of some figures', () => {
  it('is the median: the one in the middle, or between the two in the middle', () => {
    expect([median([9, 1, 5]), median([4, 1, 3, 2]), median([7])]).toEqual([5, 2.5, 7])
    expect(() => median([])).toThrow(RangeError)
  })
  it('comes with how far apart the quarters lie', () => {
    expect(spread([10, 10, 10])).toBe(0)
    expect(spread([8, 9, 10, 11, 12])).toBeCloseTo(0.2)
  })
  it('is told to three digits', () => {
    expect([rounded(1234.5), rounded(0.012345), rounded(2), rounded(Number.POSITIVE_INFINITY)]).toEqual([
      1230,
      0.0123,
      2,
      Number.POSITIVE_INFINITY,
    ])
  })
})

describe('a contender', () => {
  it('stands by the medians of its runs behind the first, and by its highest memory', () => {
    const answer = (milliseconds: number, peakMegabytes: number): Answer => ({
      milliseconds,
      cpuMilliseconds: milliseconds * 2,
      peakMegabytes,
      result: milliseconds,
    })
    expect(standingOf('one', [answer(90, 4), answer(30, 5), answer(10, 9), answer(20, 7)])).toEqual({
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

describe('a function', () => {
  it('is summed up with its longest call, and the one that raised its memory', () => {
    const call = (label: string, milliseconds: number, peakMegabytes: number) => ({
      label,
      milliseconds,
      peakMegabytes,
      heapMegabytes: 1,
    })
    const calls = [call('a', 500, 80), call('b', 1000, 120), call('c', 2000, 120)]
    expect(summaryOf(calls, 2048)).toEqual({
      calls: 3,
      seconds: 3.5,
      longestMilliseconds: 2000,
      longestCall: 'c',
      medianMilliseconds: 1000,
      peakMegabytes: 120,
      peakCall: 'b',
      gigabyteSeconds: 7,
    })
    expect(summaryOf([], 2048)).toBeUndefined()
  })
})
