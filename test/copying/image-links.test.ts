import { beforeEach, describe, expect, it } from '@jest/globals'
import { endpoint } from '../../functions/batches/list-images.ts'
import type { BatchImage } from '../../shared/copying/list-images.ts'
import { imageId, toCopyUri, toSourceUri } from '../support/fixtures/pets.ts'
import { callEndpoint } from '../support/http/call-endpoint.ts'
import type { HandlerResponse } from '../support/http/call-handler.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { completeCopy, selectedBatch } from './pets-copy.ts'

const list = (
  ports: MemoryPorts,
  query: Readonly<Record<string, string>> = { links: 'true' },
  headers: Readonly<Record<string, string>> = {},
): Promise<HandlerResponse> => callEndpoint(endpoint, ports, { params: { batch: 'b' }, query, headers })

const imagesIn = ({ json }: HandlerResponse): BatchImage[] => json.items

const setTime = ({ world }: MemoryPorts, time: string): void => {
  world.now = new Date(`2026-01-02T${time}Z`)
}

let ports: MemoryPorts
beforeEach(async () => {
  ports = await selectedBatch(3)
  ports.world.stored.delete(toSourceUri(2))
  await completeCopy(ports)
  setTime(ports, '03:20:00')
})

describe('GET /v1/batches/{batch}/images?links=true', () => {
  it('gives each image that has a good copy a link to it, and says when that expires', async () => {
    const images = imagesIn(await list(ports))
    expect(images.map(({ copy, linkExpiresAt }) => [copy, linkExpiresAt])).toEqual([
      ['copied', '2026-01-02T03:45:00.000Z'],
      ['missing', undefined],
      ['copied', '2026-01-02T03:45:00.000Z'],
    ])
    const [first, second] = images.map(({ link }) => link)
    expect(new URL(first ?? '').pathname).toBe(`/data/b/images/${imageId(1)}.jpg`)
    expect(new URL(first ?? '').searchParams.get('X-Amz-Expires')).toBe('1800')
    expect(second).toBeUndefined()
  })

  it('says the same as without, apart from the links', async () => {
    const plain = await list(ports, {})
    const withoutLinks = imagesIn(await list(ports)).map(({ link: _, linkExpiresAt: __, ...image }) => image)
    expect(withoutLinks).toEqual(imagesIn(plain))
    expect(plain.body).not.toContain('X-Amz-')
  })

  it('gives none to a copy that is gone, where it is looked at', async () => {
    ports.world.stored.delete(toCopyUri('b', 3))
    const images = imagesIn(await list(ports, { links: 'true', verify: 'true' }))
    expect(images.map(({ copy, link }) => [copy, link !== undefined])).toEqual([
      ['copied', true],
      ['missing', false],
      ['copy-gone', false],
    ])
  })

  it('gives none before anything was copied', async () => {
    const images = imagesIn(await list(await selectedBatch(2)))
    expect(images.map(({ link }) => link)).toEqual([undefined, undefined])
  })

  it('gives none to what is no copy of this batch, whatever its image list says', async () => {
    const [key = ''] = [...ports.world.stored.keys()].filter((uri) => /\/images-[^/]+\.jsonl$/.test(uri))
    const before = ports.world.stored.get(key)
    const lines = Buffer.from(before?.bytes ?? []).toString('utf8')
    const other = toCopyUri('c', 1)
    const edited = memoryObject(lines.replace(toCopyUri('b', 1), other))
    // With the ETag that the batch has pinned.
    ports.world.stored.set(key, { ...edited, etag: before?.etag ?? '' })
    const [first, , third] = imagesIn(await list(ports))
    expect([first?.destination, first?.copy, first?.link]).toEqual([other, 'copied', undefined])
    expect(third?.link).toBeDefined()
  })

  it('ends a page early where links are so long that it would exceed 4 MB', async () => {
    const many = await selectedBatch(60)
    await completeCopy(many)
    const bucket = {
      ...many.bucket,
      link: async (key: string) => `https://bucket.example/${key}?${'x'.repeat(100_000)}`,
    }
    const page = await list({ ...many, bucket })
    expect(imagesIn(page).length).toBeGreaterThan(20)
    expect(imagesIn(page).length).toBeLessThan(60)
    expect(page.json.nextCursor).toBeDefined()
    expect(page.status).toBe(200)
  })
})

describe('polling GET /v1/batches/{batch}/images?links=true', () => {
  const poll = (etag: unknown, query?: Readonly<Record<string, string>>) =>
    list(ports, query, { 'if-none-match': String(etag) })

  it('answers 304 within a quarter of an hour, and new links after it, while the old ones are still valid', async () => {
    const first = await list(ports)
    expect(first.headers['cache-control']).toBe('no-store')
    setTime(ports, '03:29:59')
    expect((await poll(first.headers.etag)).status).toBe(304)
    setTime(ports, '03:30:00')
    const next = await poll(first.headers.etag)
    expect(next.status).toBe(200)
    expect(imagesIn(next)[0]?.link).not.toBe(imagesIn(first)[0]?.link)
    expect(Date.parse(imagesIn(first)[0]?.linkExpiresAt ?? '')).toBeGreaterThan(ports.world.now.getTime())
  })

  it('answers 304 also where another process signs the links', async () => {
    const first = await list(ports)
    const { link } = ports.bucket
    const elsewhere = {
      ...ports.bucket,
      link: async (...call: Parameters<typeof link>) => `${await link(...call)}&by=2`,
    }
    ports = { ...ports, bucket: elsewhere }
    expect(imagesIn(await list(ports))[0]?.link).not.toBe(imagesIn(first)[0]?.link)
    expect((await poll(first.headers.etag)).status).toBe(304)
  })

  it('answers 200 when a copy has come', async () => {
    const before = await list(ports)
    ports.world.stored.set(
      toSourceUri(2),
      memoryObject(ports.world.stored.get(toSourceUri(1))?.bytes ?? '', 'image/jpeg'),
    )
    await completeCopy(ports)
    const after = await poll(before.headers.etag)
    expect(after.status).toBe(200)
    expect(imagesIn(after).every(({ link }) => link !== undefined)).toBe(true)
  })

  it('answers a page after the first in the same way', async () => {
    const { json } = await list(ports, { links: 'true', limit: '2' })
    const query = { links: 'true', limit: '2', cursor: json.nextCursor }
    const second = await list(ports, query)
    expect(imagesIn(second)).toHaveLength(1)
    expect((await poll(second.headers.etag, query)).status).toBe(304)
  })
})
