import { describe, expect, it } from '@jest/globals'
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
