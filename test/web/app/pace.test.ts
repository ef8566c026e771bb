import { describe, expect, it } from '@jest/globals'
import { NO_HISTORY, nextPollMilliseconds, type PollResult, recordPoll } from '../../../web/app/frame/pace.ts'

const pauseAfter = (...results: PollResult[]): number => nextPollMilliseconds(results.reduce(recordPoll, NO_HISTORY))
const changed = (retryAfterSeconds?: number): PollResult => ({ type: 'changed', retryAfterSeconds })
const unchanged = (retryAfterSeconds?: number): PollResult => ({ type: 'unchanged', retryAfterSeconds })
const failed = (retryAfterSeconds?: number): PollResult => ({ type: 'failed', retryAfterSeconds })

describe('the pace of polling', () => {
  it('a resource that is worked on is asked for when it says so', () => {
    expect(pauseAfter(changed(3))).toBe(3000)
  })

  it('nothing is asked for more than once a second', () => {
    expect(pauseAfter(changed(0))).toBe(1000)
  })

  it('a resource that stays the same is asked for less often, but never later than it says', () => {
    expect(pauseAfter(changed(1), unchanged(1), unchanged(1))).toBeGreaterThan(pauseAfter(changed(1)))
    expect(pauseAfter(...Array.from({ length: 50 }, () => unchanged(1)))).toBe(15_000)
    expect(pauseAfter(...Array.from({ length: 50 }, () => unchanged(30)))).toBe(30_000)
  })

  it('a change makes it fast again', () => {
    expect(pauseAfter(unchanged(1), unchanged(1), unchanged(1), changed(1))).toBe(1000)
  })

  it('a resource at rest is looked at now and then', () => {
    expect(pauseAfter(changed())).toBe(20_000)
    expect(pauseAfter(...Array.from({ length: 50 }, () => unchanged()))).toBe(120_000)
  })

  it('pauses double while the server fails, up to a minute', () => {
    expect(pauseAfter(failed())).toBe(2000)
    expect(pauseAfter(failed(), failed())).toBe(4000)
    expect(pauseAfter(...Array.from({ length: 50 }, () => failed()))).toBe(60_000)
  })

  it('a server that asks for a longer pause gets it', () => {
    expect(pauseAfter(failed(90))).toBe(90_000)
  })

  it('failures are forgotten once there is an answer', () => {
    expect(pauseAfter(failed(), failed(), changed(1))).toBe(1000)
  })
})
