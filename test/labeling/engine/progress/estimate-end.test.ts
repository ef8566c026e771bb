import { describe, expect, it } from '@jest/globals'
import { estimateEnd } from '../../../../shared/labeling/engine/progress/estimate-end.ts'
import { PERIOD_MILLISECONDS } from '../../../../shared/labeling/engine/progress/shard-summary.ts'

const NOW = new Date('2026-01-02T12:00:00.000Z')
const CURRENT = NOW.getTime() / PERIOD_MILLISECONDS
const work = { createdAt: '2026-01-02T06:00:00.000Z', deadline: '2026-01-09T06:00:00.000Z' }

const estimate = (needed: number, byAge: Readonly<Record<number, number>>, changes: Partial<typeof work> = {}) => {
  const answersByPeriod = Object.fromEntries(
    Object.entries(byAge).map(([age, count]) => [CURRENT - Number(age), count]),
  )
  return estimateEnd({ ...work, ...changes }, { needed, answersByPeriod }, NOW)
}

describe('the estimated end of a job', () => {
  it('follows from the answers of the last hour', () => {
    // 60 answers in an hour, as the work on the oldest ones began in the period before.
    expect(estimate(30, { 0: 20, 5: 20, 11: 20 })).toBe('2026-01-02T12:30:00.000Z')
  })

  it('is unknown while nobody has answered, or not for an hour', () => {
    expect(estimate(30, {})).toBeUndefined()
    expect(estimate(30, { 12: 500 })).toBeUndefined()
  })

  it('is unknown when nothing is left to answer', () => {
    expect(estimate(0, { 1: 10 })).toBeUndefined()
  })

  it('takes no pause before the first answers for slow work', () => {
    // 10 answers since 11:50.
    expect(estimate(10, { 1: 10 })).toBe('2026-01-02T12:10:00.000Z')
  })

  it('takes no time before the creation of the job for work', () => {
    expect(estimate(10, { 1: 10 }, { createdAt: '2026-01-02T11:55:00.000Z' })).toBe('2026-01-02T12:05:00.000Z')
  })

  it('is the deadline of the job at the latest', () => {
    expect(estimate(1_000_000, { 1: 1 })).toBe(work.deadline)
  })
})
