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
      const lastEtag = await uploads.part('big.csv', id, 2, last)
      const firstEtag = await uploads.part('big.csv', id, 1, first)
      expect(await objects.get('big.csv')).toBeUndefined()
      const etag = await uploads.complete('big.csv', id, [firstEtag, lastEtag])
      const stored = await objects.get('big.csv')
      expect(Buffer.compare(stored?.bytes ?? Buffer.of(), Buffer.concat([first, last]))).toBe(0)
      expect(stored?.etag).toBe(etag)
    })
    it('take a part again, the later one in place of the earlier', async () => {
      const { uploads, objects } = (await make()).ports
      const id = await uploads.start('a')
      const early = await uploads.part('a', id, 1, Buffer.from('early'))
      const late = await uploads.part('a', id, 1, Buffer.from('late'))
      await expect(uploads.complete('a', id, [early])).rejects.toMatchObject({ code: 'upstream-failed' })
      await uploads.complete('a', id, [late])
      expect((await objects.get('a'))?.size).toBe(4)
    })
    it('refuse a part that is too small, unless it is the last', async () => {
      const { uploads } = (await make()).ports
      const id = await uploads.start('a')
      const etags = [
        await uploads.part('a', id, 1, Buffer.from('small')),
        await uploads.part('a', id, 2, Buffer.from('end')),
      ]
      await expect(uploads.complete('a', id, etags)).rejects.toMatchObject({ code: 'upstream-failed' })
    })
    it('leave nothing when they end, and end twice without complaint', async () => {
      const { uploads, objects } = (await make()).ports
      const id = await uploads.start('a')
      const etag = await uploads.part('a', id, 1, Buffer.from('x'))
      await uploads.abort('a', id)
      await uploads.abort('a', id)
      await expect(uploads.part('a', id, 2, Buffer.from('y'))).rejects.toMatchObject({ code: 'not-found' })
      await expect(uploads.complete('a', id, [etag])).rejects.toMatchObject({ code: 'not-found' })
      expect(await objects.get('a')).toBeUndefined()
    })
    it('go on side by side for one key', async () => {
      const { uploads, objects } = (await make()).ports
      const [one, other] = [await uploads.start('a'), await uploads.start('a')]
      const etag = await uploads.part('a', one, 1, Buffer.from('one'))
      await uploads.part('a', other, 1, Buffer.from('other'))
      await uploads.abort('a', other)
      await uploads.complete('a', one, [etag])
      expect((await objects.get('a'))?.size).toBe(3)
    })
  })
}
