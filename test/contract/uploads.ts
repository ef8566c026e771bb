import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { MakeSubject } from './subject.ts'

const MINIMUM = 5 << 20

/** The contract of all Uploads. */
export function uploadsContract(make: MakeSubject): void {
  describe('Uploads', () => {
    it('joins the parts in order, and creates the object only then', async () => {
      const { uploads, objects } = (await make()).ports
      const [first, last] = [randomBytes(MINIMUM), randomBytes(10)]
      const id = await uploads.start('big.csv')
      await uploads.part('big.csv', id, 2, last)
      await uploads.part('big.csv', id, 1, first)
      expect(await objects.get('big.csv')).toBeUndefined()
      const etag = await uploads.complete('big.csv', id, 2)
      const stored = await objects.get('big.csv')
      expect(Buffer.compare(stored?.bytes ?? Buffer.of(), Buffer.concat([first, last]))).toBe(0)
      expect(stored?.etag).toBe(etag)
    })
    it('replaces a part that is uploaded again', async () => {
      const { uploads, objects } = (await make()).ports
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('early'))
      await uploads.part('a', id, 1, Buffer.from('late'))
      await uploads.complete('a', id, 1)
      expect((await objects.get('a'))?.size).toBe(4)
    })
    it('completes only with exactly the expected parts', async () => {
      const { uploads, objects } = (await make()).ports
      const id = await uploads.start('a')
      for (const number of [1, 3]) await uploads.part('a', id, number, randomBytes(MINIMUM))
      for (const parts of [1, 2, 3])
        await expect(uploads.complete('a', id, parts)).rejects.toMatchObject({ code: 'upstream-failed' })
      expect(await objects.get('a')).toBeUndefined()
    })
    it('completes with the condition absent only where there is no object', async () => {
      const { uploads, objects } = (await make()).ports
      const etag = (await objects.put('a', 'first')) ?? ''
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('second'))
      expect(await uploads.complete('a', id, 1, { absent: true })).toBeUndefined()
      expect((await objects.get('a'))?.etag).toBe(etag)
      await objects.remove([{ key: 'a' }])
      expect(await uploads.complete('a', id, 1, { absent: true })).toEqual(expect.any(String))
      expect((await objects.get('a'))?.size).toBe(6)
    })
    it('replaces only the version with the given ETag', async () => {
      const { uploads, objects } = (await make()).ports
      const etag = (await objects.put('a', 'first')) ?? ''
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('second'))
      expect(await uploads.complete('a', id, 1, { etag: '"another"' })).toBeUndefined()
      expect(await uploads.complete('a', id, 1, { etag })).toEqual(expect.any(String))
      expect((await objects.get('a'))?.size).toBe(6)
    })
    it('creates nothing when the version to replace is gone', async () => {
      const { uploads, objects } = (await make()).ports
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('x'))
      expect(await uploads.complete('a', id, 1, { etag: '"gone"' })).toBeUndefined()
      expect(await objects.get('a')).toBeUndefined()
    })
    it('refuses a part that is too small, unless it is the last', async () => {
      const { uploads } = (await make()).ports
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('small'))
      await uploads.part('a', id, 2, Buffer.from('end'))
      await expect(uploads.complete('a', id, 2)).rejects.toMatchObject({ code: 'upstream-failed' })
    })
    it('leaves nothing after an abort, and aborts twice without error', async () => {
      const { uploads, objects } = (await make()).ports
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('x'))
      await uploads.abort('a', id)
      await uploads.abort('a', id)
      await expect(uploads.part('a', id, 2, Buffer.from('y'))).rejects.toMatchObject({ code: 'wrong-state' })
      await expect(uploads.complete('a', id, 1)).rejects.toMatchObject({ code: 'wrong-state' })
      expect(await objects.get('a')).toBeUndefined()
    })
    it('keeps concurrent uploads of one key apart', async () => {
      const { uploads, objects } = (await make()).ports
      const [one, other] = [await uploads.start('a'), await uploads.start('a')]
      await uploads.part('a', one, 1, Buffer.from('one'))
      await uploads.part('a', other, 1, Buffer.from('other'))
      await uploads.abort('a', other)
      await uploads.complete('a', one, 1)
      expect((await objects.get('a'))?.size).toBe(3)
    })
  })
}
