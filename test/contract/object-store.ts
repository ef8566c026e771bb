import { describe, expect, it } from '@jest/globals'
import type { ObjectStore } from '../../shared/platform/storage/ports.ts'
import { decodeText } from '../support/bytes.ts'
import type { MakeSubject } from './subject.ts'

/** The contract of every ObjectStore. */
export function objectStoreContract(make: MakeSubject): void {
  const filled = async (...keys: string[]) => {
    const { objects } = (await make()).ports
    for (const key of keys) await objects.put(key, key)
    return objects
  }

  const etagIn = async (objects: ObjectStore, key: string) => (await objects.get(key))?.etag

  describe('ObjectStore.get and put', () => {
    it('returns what was put, with the same ETag, whole or by range', async () => {
      const { objects } = (await make()).ports
      const etag = await objects.put('a/é #1%.json', '0123456789')
      const whole = await objects.get('a/é #1%.json')
      expect([decodeText(whole?.bytes), whole?.etag, whole?.size]).toEqual(['0123456789', etag, 10])
      const part = await objects.get('a/é #1%.json', { start: 2, end: 5 })
      expect([decodeText(part?.bytes), part?.etag, part?.size]).toEqual(['234', etag, 10])
    })
    it.each([
      [8, 99, '89'],
      [10, 20, ''],
      [50, 60, ''],
      [3, 3, ''],
    ])('gives fewer bytes where the object ends: [%i, %i) of ten', async (start, end, bytes) => {
      const { objects } = (await make()).ports
      const etag = await objects.put('a', '0123456789')
      const part = await objects.get('a', { start, end })
      expect([decodeText(part?.bytes), part?.etag, part?.size]).toEqual([bytes, etag, 10])
    })
    it('stores an empty object', async () => {
      const objects = await filled()
      await objects.put('empty', '')
      expect((await objects.get('empty'))?.size).toBe(0)
      expect((await objects.get('empty', { start: 0, end: 5 }))?.bytes).toHaveLength(0)
    })
    it('returns undefined for a missing key', async () => {
      const objects = await filled('a')
      expect(await objects.get('b')).toBeUndefined()
      expect(await objects.get('b', { start: 0, end: 1 })).toBeUndefined()
      expect(await objects.get('b', { start: 1, end: 1 })).toBeUndefined()
    })
    it('stores the content type that matches the key', async () => {
      const { ports } = await make()
      for (const key of ['a.json', 'b.manifest', 'c.csv', 'd.html', 'e']) await ports.objects.put(key, 'x')
      const types = await Promise.all(
        ['a.json', 'b.manifest', 'c.csv', 'd.html', 'e'].map((key) =>
          ports.copier.describe(`s3://${ports.config.bucket}/${key}`),
        ),
      )
      expect(types.map((facts) => typeof facts === 'object' && facts.contentType)).toEqual([
        'application/json',
        'application/jsonl',
        'text/csv; charset=utf-8',
        'text/html; charset=utf-8',
        'application/octet-stream',
      ])
    })
  })

  describe('ObjectStore.put with a condition', () => {
    it('creates an object only where there is none', async () => {
      const objects = await filled()
      expect(await objects.put('a', 'first', { absent: true })).toEqual(expect.any(String))
      expect(await objects.put('a', 'second', { absent: true })).toBeUndefined()
      expect(decodeText((await objects.get('a'))?.bytes)).toBe('first')
    })
    it('replaces only the version with the given ETag', async () => {
      const objects = await filled()
      const first = (await objects.put('a', 'first')) ?? ''
      const second = await objects.put('a', 'second', { etag: first })
      expect(second).toEqual(expect.any(String))
      expect(await objects.put('a', 'third', { etag: first })).toBeUndefined()
      expect(await objects.put('missing', 'x', { etag: first })).toBeUndefined()
      expect(decodeText((await objects.get('a'))?.bytes)).toBe('second')
    })
    it('lets exactly one of twenty concurrent writers win', async () => {
      const objects = await filled()
      const race = await Promise.all(
        Array.from({ length: 20 }, (_, writer) => objects.put('a', `writer ${writer}`, { absent: true })),
      )
      const winners = race.flatMap((etag, writer) => (etag === undefined ? [] : [writer]))
      expect(winners).toHaveLength(1)
      expect(decodeText((await objects.get('a'))?.bytes)).toBe(`writer ${winners[0]}`)
    })
    it('creates an object again after it was removed', async () => {
      const objects = await filled('a')
      await objects.remove([{ key: 'a' }])
      expect(await objects.put('a', 'x', { absent: true })).toEqual(expect.any(String))
    })
  })

  describe('ObjectStore.list', () => {
    it('lists keys under the prefix in byte order, with their sizes and ETags', async () => {
      const objects = await filled('p/é', 'p/a', 'p/Z', 'p/\u{1F600}', 'p/\uFF5E', 'q', 'p')
      expect(await objects.list('p/')).toEqual({
        objects: [
          { key: 'p/Z', size: 3, etag: await etagIn(objects, 'p/Z') },
          { key: 'p/a', size: 3, etag: await etagIn(objects, 'p/a') },
          { key: 'p/é', size: 4, etag: await etagIn(objects, 'p/é') },
          { key: 'p/\uFF5E', size: 5, etag: await etagIn(objects, 'p/\uFF5E') },
          { key: 'p/\u{1F600}', size: 6, etag: await etagIn(objects, 'p/\u{1F600}') },
        ],
        folders: [],
      })
      expect(await objects.list('none/')).toEqual({ objects: [], folders: [] })
    })
    it.each([1, 2, 3, 7])('lists every key once in pages of %i', async (limit) => {
      const keys = ['a', 'a/1', 'a/2', 'a0', 'b/1/x', 'b/1/y', 'c']
      const objects = await filled(...keys)
      const seen: string[] = []
      for (let after: string | undefined, more = true; more; ) {
        const page = await objects.list('', { limit, ...(after !== undefined && { after }) })
        seen.push(...page.objects.map(({ key }) => key))
        after = page.next
        more = after !== undefined
      }
      expect(seen).toEqual(keys)
    })
    it.each([1, 2, 3, 9])('lists every folder and key once when folded, in pages of %i', async (limit) => {
      const objects = await filled('d/a/1', 'd/a/2', 'd/a/3/x', 'd/a-key', 'd/b/1', 'd/c', 'd/d/1', 'd/d/2')
      const seen: string[] = []
      for (let after: string | undefined, more = true; more; ) {
        const page = await objects.list('d/', { limit, folded: true, ...(after !== undefined && { after }) })
        seen.push(...page.objects.map(({ key }) => key), ...page.folders)
        after = page.next
        more = after !== undefined
      }
      expect(seen.sort()).toEqual(['d/a-key', 'd/a/', 'd/b/', 'd/c', 'd/d/'])
    })
    it('starts after the given name, whether that exists or not', async () => {
      const objects = await filled('d/a/1', 'd/b/1', 'd/b/2', 'd/c')
      expect((await objects.list('d/', { after: 'd/b/' })).objects.map(({ key }) => key)).toEqual([
        'd/b/1',
        'd/b/2',
        'd/c',
      ])
      expect((await objects.list('d/', { after: 'd/b/', folded: true })).folders).toEqual([])
      expect((await objects.list('d/', { after: 'd/aa', folded: true })).folders).toEqual(['d/b/'])
      expect(await objects.list('d/', { after: 'd/c', folded: true })).toEqual({ objects: [], folders: [] })
    })
  })

  describe('ObjectStore.remove with an ETag', () => {
    it('removes only that version, and names the objects that stay', async () => {
      const objects = await filled('a', 'b', 'c')
      const [a, b] = [await etagIn(objects, 'a'), await etagIn(objects, 'b')]
      await objects.put('b', 'written meanwhile')
      expect(await objects.remove([{ key: 'a', etag: a ?? '' }, { key: 'b', etag: b ?? '' }, { key: 'c' }])).toEqual([
        'b',
      ])
      expect((await objects.list('')).objects.map(({ key }) => key)).toEqual(['b'])
    })
    it('counts an object that is gone already as removed', async () => {
      const objects = await filled('a')
      const etag = (await etagIn(objects, 'a')) ?? ''
      expect(await objects.remove([{ key: 'a', etag }])).toEqual([])
      expect(await objects.remove([{ key: 'a', etag }])).toEqual([])
    })
    it('lets a concurrent write survive, whichever comes first', async () => {
      const objects = await filled()
      for (let round = 0; round < 10; round++) {
        const etag = (await objects.put('a', 'old')) ?? ''
        await Promise.all([objects.put('a', `new ${round}`), objects.remove([{ key: 'a', etag }])])
        expect(decodeText((await objects.get('a'))?.bytes)).toBe(`new ${round}`)
      }
    })
  })

  it('ObjectStore.remove removes thousands of keys and ignores missing ones', async () => {
    const { ports, place } = await make()
    const keys = Array.from({ length: 1001 }, (_, number) => `many/${String(number).padStart(4, '0')} <&>`)
    for (let at = 0; at < keys.length; at += 50)
      await Promise.all(keys.slice(at, at + 50).map((key) => place(`s3://${ports.config.bucket}/${key}`, 'x')))
    await ports.objects.put('stays', 'x')
    const first = await ports.objects.list('many/')
    expect([first.objects.length, first.next]).toEqual([1000, keys[999]])
    await ports.objects.remove([...keys, 'never/was'].map((key) => ({ key })))
    await ports.objects.remove([])
    expect((await ports.objects.list('')).objects.map(({ key }) => key)).toEqual(['stays'])
  })
}
