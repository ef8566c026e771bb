import { describe, expect, it } from '@jest/globals'
import { awaitAll } from '../../shared/platform/await-all.ts'

describe('awaitAll', () => {
  it('returns the results in order', async () => {
    const later = Promise.withResolvers<string>()
    const all = awaitAll([later.promise, Promise.resolve(2)])
    later.resolve('one')
    expect(await all).toEqual(['one', 2])
  })

  it('rejects only when all have ended, with the error of the first in order', async () => {
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let hasEnded = false
    const failing = expect(
      awaitAll([first.promise, second.promise]).finally(() => {
        hasEnded = true
      }),
    ).rejects.toThrow('first')
    second.reject(new Error('second'))
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(hasEnded).toBe(false)
    first.reject(new Error('first'))
    await failing
  })
})
