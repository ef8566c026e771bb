import { createHook } from 'node:async_hooks'
import { describe, expect, it } from '@jest/globals'
import { staticFile } from '../../../shared/platform/http/static-file.ts'

const TEXT = 'body { color: black }\n'.repeat(1000)

/** Counts the compressions that Node starts meanwhile. */
async function countCompressions(run: () => Promise<void>): Promise<number> {
  let count = 0
  const hook = createHook({
    init: (_, type) => {
      if (type === 'ZLIB') count += 1
    },
  }).enable()
  await run()
  hook.disable()
  return count
}

describe('a static file', () => {
  it('is read once and compressed once for each encoding, however often and in whatever order it is sent', async () => {
    let reads = 0
    const send = staticFile('text/css', async () => {
      reads += 1
      return TEXT
    })
    const compressions = await countCompressions(async () => {
      await Promise.all(['br', 'gzip', undefined, 'br', 'gzip'].map((one) => send(one, 'public, no-cache')))
      await send('br', 'public, no-cache')
    })
    expect([reads, compressions]).toEqual([1, 2])
  })

  it('is read again after a failure', async () => {
    let reads = 0
    const send = staticFile('text/css', async () => {
      reads += 1
      if (reads === 1) throw new Error('too many open files')
      return TEXT
    })
    await expect(send('gzip', 'no-cache')).rejects.toThrow('too many open files')
    expect(await send('gzip', 'no-cache')).toMatchObject({ status: 200, headers: { 'content-encoding': 'gzip' } })
    expect(await send(undefined, 'no-cache')).toMatchObject({ status: 200, body: TEXT })
  })

  it('takes the cache policy of the address that it is sent for', async () => {
    const send = staticFile('text/css', async () => TEXT)
    for (const policy of ['public, no-cache', 'public, max-age=60'])
      expect((await send('br', policy)).headers).toMatchObject({ 'cache-control': policy })
  })
})
