import { describe, expect, it } from '@jest/globals'
import { backoffMilliseconds } from '../../../shared/platform/state/backoff.ts'
import { CONFLICT, ContentionError, retryOnConflict } from '../../../shared/platform/state/retry-on-conflict.ts'

const noWait = async (): Promise<void> => undefined

describe('retryOnConflict', () => {
  it('returns the result of the first attempt without a conflict', async () => {
    const results = [CONFLICT, CONFLICT, 'written'] as const
    let attempts = 0
    const attempt = async () => results[attempts++] ?? CONFLICT
    expect(await retryOnConflict('k', attempt, noWait)).toBe('written')
    expect(attempts).toBe(3)
  })

  it('retries immediately after the first conflict, and waits before each further retry', async () => {
    const waited: number[] = []
    const wait = async (number: number): Promise<void> => void waited.push(number)
    let attempts = 0
    await retryOnConflict('k', async () => (++attempts < 5 ? CONFLICT : 'written'), wait)
    expect(waited).toEqual([1, 2, 3])
  })

  it('throws a retryable ContentionError that names the subject after the last attempt', async () => {
    const result = retryOnConflict('system/x.json', async () => CONFLICT, noWait)
    await expect(result).rejects.toBeInstanceOf(ContentionError)
    await expect(result).rejects.toMatchObject({
      code: 'upstream-failed',
      message: expect.stringContaining('system/x.json'),
    })
  })

  it('makes a bounded number of attempts', async () => {
    let attempts = 0
    const attempt = async () => {
      attempts += 1
      return CONFLICT
    }
    await expect(retryOnConflict('k', attempt, noWait)).rejects.toBeInstanceOf(ContentionError)
    expect(attempts).toBeLessThanOrEqual(50)
  })

  it('does not retry an attempt that throws', async () => {
    let attempts = 0
    const attempt = async (): Promise<string> => {
      attempts += 1
      throw new Error('broken')
    }
    await expect(retryOnConflict('k', attempt, noWait)).rejects.toThrow('broken')
    expect(attempts).toBe(1)
  })
})

describe('backoffMilliseconds', () => {
  it('grows exponentially up to two seconds', () => {
    expect([1, 2, 5, 6, 25].map((attempt) => backoffMilliseconds(attempt, 1))).toEqual([100, 200, 1600, 2000, 2000])
  })

  it('is a random part of that, so that writers do not meet again', () => {
    expect([0, 0.25, 0.5].map((random) => backoffMilliseconds(1, random))).toEqual([0, 25, 50])
  })
})
