import { describe, expect, it } from '@jest/globals'
import { CONFLICT, ContentionError, retryOnConflict } from '../../../shared/platform/state/retry-on-conflict.ts'

const noWait = async (): Promise<void> => undefined

describe('retryOnConflict', () => {
  it('returns what the first attempt without a conflict returns', async () => {
    const results = [CONFLICT, CONFLICT, 'written'] as const
    let attempts = 0
    const attempt = async () => results[attempts++] ?? CONFLICT
    expect(await retryOnConflict('k', attempt, noWait)).toBe('written')
    expect(attempts).toBe(3)
  })

  it('retries at once after the first conflict, and waits longer after each further one', async () => {
    const waited: number[] = []
    const wait = async (number: number): Promise<void> => void waited.push(number)
    let attempts = 0
    await retryOnConflict('k', async () => (++attempts < 5 ? CONFLICT : 'written'), wait)
    expect(waited).toEqual([1, 2, 3])
  })

  it('gives up with a retryable error that names its subject', async () => {
    const giving = retryOnConflict('system/x.json', async () => CONFLICT, noWait)
    await expect(giving).rejects.toBeInstanceOf(ContentionError)
    await expect(giving).rejects.toMatchObject({
      code: 'upstream-failed',
      message: expect.stringContaining('system/x.json'),
    })
  })

  it('does not retry what an attempt throws', async () => {
    let attempts = 0
    const attempt = async (): Promise<string> => {
      attempts += 1
      throw new Error('broken')
    }
    await expect(retryOnConflict('k', attempt, noWait)).rejects.toThrow('broken')
    expect(attempts).toBe(1)
  })
})
