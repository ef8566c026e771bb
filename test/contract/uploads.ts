import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { MakeSubject } from './subject.ts'

const MINIMUM = 5 << 20

/** What all Uploads do. */
export function uploadsContract(make: MakeSubject): void {
  describe('Uploads', () => {
    it('join their parts in order, and only then is the object there', async () => {
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
    it('take a part again, the later one in place of the earlier', async () => {
      const { uploads, objects } = (await make()).ports
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('early'))
      await uploads.part('a', id, 1, Buffer.from('late'))
      await uploads.complete('a', id, 1)
      expect((await objects.get('a'))?.size).toBe(4)
    })
    it('are joined only when they are all there, and no more', async () => {
      const { uploads, objects } = (await make()).ports
      const id = await uploads.start('a')
      for (const number of [1, 3]) await uploads.part('a', id, number, randomBytes(MINIMUM))
      for (const parts of [1, 2, 3])
        await expect(uploads.complete('a', id, parts)).rejects.toMatchObject({ code: 'upstream-failed' })
      expect(await objects.get('a')).toBeUndefined()
    })
    it('are joined only where nothing is, if that is asked for', async () => {
      const { uploads, objects } = (await make()).ports
      const etag = (await objects.put('a', 'first')) ?? ''
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('second'))
      expect(await uploads.complete('a', id, 1, { absent: true })).toBeUndefined()
      expect((await objects.get('a'))?.etag).toBe(etag)
      await objects.remove(['a'])
      expect(await uploads.complete('a', id, 1, { absent: true })).toEqual(expect.any(String))
      expect((await objects.get('a'))?.size).toBe(6)
    })
    it('replace the version that they are told, and no other', async () => {
      const { uploads, objects } = (await make()).ports
      const etag = (await objects.put('a', 'first')) ?? ''
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('second'))
      expect(await uploads.complete('a', id, 1, { etag: '"another"' })).toBeUndefined()
      expect(await uploads.complete('a', id, 1, { etag })).toEqual(expect.any(String))
      expect((await objects.get('a'))?.size).toBe(6)
    })
    it('replace nothing where what they were told is gone', async () => {
      const { uploads, objects } = (await make()).ports
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('x'))
      expect(await uploads.complete('a', id, 1, { etag: '"gone"' })).toBeUndefined()
      expect(await objects.get('a')).toBeUndefined()
    })
    it('refuse a part that is too small, unless it is the last', async () => {
      const { uploads } = (await make()).ports
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('small'))
      await uploads.part('a', id, 2, Buffer.from('end'))
      await expect(uploads.complete('a', id, 2)).rejects.toMatchObject({ code: 'upstream-failed' })
    })
    it('leave nothing when they end, and end twice without complaint', async () => {
      const { uploads, objects } = (await make()).ports
      const id = await uploads.start('a')
      await uploads.part('a', id, 1, Buffer.from('x'))
      await uploads.abort('a', id)
      await uploads.abort('a', id)
      await expect(uploads.part('a', id, 2, Buffer.from('y'))).rejects.toMatchObject({ code: 'wrong-state' })
      await expect(uploads.complete('a', id, 1)).rejects.toMatchObject({ code: 'wrong-state' })
      expect(await objects.get('a')).toBeUndefined()
    })
    it('go on side by side for one key', async () => {
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
