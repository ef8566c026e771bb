import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import { okWithLinks } from '../../shared/platform/http/reply.ts'
import { retryAfterSeconds } from '../../shared/test-images/describe.ts'
import { fetchTestImage } from '../../shared/test-images/fetch.ts'
import { listTestImages } from '../../shared/test-images/list.ts'
import { requestTestImages } from '../../shared/test-images/request.ts'
import type { TestImageItem, TestImageView } from '../../shared/test-images/test-image.ts'
import { drain } from '../support/broker/drain.ts'
import { JPEG, onWeb, PLATE, picturesPorts, request } from '../support/fixtures/test-images.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

const MINUTE = 60_000
const addresses = Array.from({ length: 11 }, (_, number) => `https://images.example/${number}.jpg`)

/** Returns ports with eleven test images, of which every third failed. */
async function portsWithImages(): Promise<MemoryPorts> {
  const ports = picturesPorts()
  for (const [number, url] of addresses.entries()) if (number % 3 > 0) onWeb(ports.world, url, JPEG)
  await requestTestImages(addresses, ports)
  await drain(ports)
  return ports
}

const isReadable = (item: TestImageItem): item is TestImageView => item.state !== 'unreadable'

async function listAll(ports: MemoryPorts, query: Omit<Parameters<typeof listTestImages>[0], 'cursor'>) {
  const items: TestImageView[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listTestImages({ ...query, ...(cursor !== undefined && { cursor }) }, ports)
    expect(page.items.length).toBeLessThanOrEqual(query.limit)
    items.push(...page.items.filter(isReadable))
    cursor = page.nextCursor
    if (cursor === undefined) return items
  }
}

describe('GET /v1/test-images', () => {
  it.each([1, 4, 100])('returns all images in pages of %i', async (limit) => {
    const items = await listAll(await portsWithImages(), { limit })
    expect(items.map(({ url }) => url).toSorted()).toEqual(addresses.toSorted())
    const ids = items.map(({ imageId }) => imageId)
    expect(ids).toEqual(ids.toSorted())
  })

  it.each([1, 4, 100])('skips objects that no call can address, in pages of %i', async (limit) => {
    const ports = await portsWithImages()
    const [first] = await listAll(ports, { limit: 1 })
    for (const name of ['', '0 copy.json', `${first?.imageId}`, `${first?.imageId} copy.json`, 'f/', 'zz.json'])
      await ports.objects.put(`system/test-images/${name}`, '{}')
    expect(await listAll(ports, { limit })).toHaveLength(addresses.length)
    const { items } = await listTestImages({ limit: 100 }, ports)
    expect(items).toHaveLength(addresses.length)
  })

  it('filters by state', async () => {
    const ports = await portsWithImages()
    const [stored, failed, queued] = await Promise.all([
      listAll(ports, { limit: 2, state: 'stored' }),
      listAll(ports, { limit: 2, state: 'failed' }),
      listAll(ports, { limit: 2, state: 'queued' }),
    ])
    expect([stored.length, failed.length, queued.length]).toEqual([7, 4, 0])
    for (const item of failed)
      expect(item).toMatchObject({ problem: { code: 'bad-source' }, failedAt: expect.any(String) })
  })

  it('fails when a state cannot be read because of a retryable error', async () => {
    const ports = await portsWithImages()
    ports.world.fault = ({ method }) => (method === 'get' ? new AppError('upstream-failed', 'S3 is away.') : undefined)
    await expect(listTestImages({ limit: 100 }, ports)).rejects.toMatchObject({ code: 'upstream-failed' })
  })

  it('asks to poll again in a second, or in 30 when all queued images have failed before', async () => {
    const ports = picturesPorts()
    const seconds = async () => retryAfterSeconds((await listTestImages({ limit: 100 }, ports)).items)
    expect(await seconds()).toBeUndefined()
    const { imageId } = await request(PLATE, ports)
    expect(await seconds()).toBe(1)
    ports.world.fault = ({ port }) => (port === 'downloads' ? new AppError('upstream-failed', 'Busy.') : undefined)
    await expect(fetchTestImage(imageId, ports)).rejects.toThrow('Busy.')
    expect(await seconds()).toBe(30)
    await requestTestImages(addresses, ports)
    expect(await seconds()).toBe(1)
  })

  it('refuses a cursor that it did not return', async () => {
    const cursor = Buffer.from('../elsewhere').toString('base64url')
    await expect(listTestImages({ limit: 1, cursor }, await portsWithImages())).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })

  it('gives stored images links valid for 15 minutes, equal within a window of 15 minutes', async () => {
    const ports = await portsWithImages()
    const look = async (minutes: number) => {
      ports.world.now = new Date(Date.parse('2026-01-02T03:00:00Z') + minutes * MINUTE)
      const [item] = await listAll(ports, { limit: 100, state: 'stored' })
      if (!item) throw new Error('none is stored')
      const left = (Date.parse(item.linkExpiresAt ?? '') - ports.world.now.getTime()) / MINUTE
      expect([left >= 15, left <= 30]).toEqual([true, true])
      const query = new URL(item.link ?? '').searchParams
      expect([query.get('X-Amz-Date'), query.get('X-Amz-Expires')]).toEqual([
        expect.stringMatching(/^2026.*Z$/),
        '1800',
      ])
      return { link: item.link, etag: okWithLinks(item).headers?.etag }
    }
    const first = await look(0)
    expect(await look(14.9)).toEqual(first)
    const next = await look(15)
    expect(next.link).not.toEqual(first.link)
    expect(next.etag).not.toEqual(first.etag)
  })

  it('has the same ETag whichever process signed the links', async () => {
    const ports = await portsWithImages()
    const { items } = await listTestImages({ limit: 100 }, ports)
    const signedElsewhere = items.map((item) => ('link' in item ? { ...item, link: `${item.link}&key=2` } : item))
    expect(okWithLinks({ items: signedElsewhere }).headers).toEqual(okWithLinks({ items }).headers)
  })
})
