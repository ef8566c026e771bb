import { beforeEach, describe, expect, it } from '@jest/globals'
import { toCursor } from '../../shared/contracts/page.ts'
import { listImages } from '../../shared/copying/list-images.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { drain } from '../support/broker/drain.ts'
import { imageId, jpeg, listBatchKeys, toCopyUri } from '../support/fixtures/pets.ts'
import { jsonAt, ROOT } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { completeCopy, readImages, readStatus, selectedBatch } from './pets-copy.ts'

const COPY = toCopyUri('b', 2)

const verified = async (ports: MemoryPorts, limit = 1000) =>
  (await listImages('b', { limit, verify: true }, ports)).items

/** The requests for copies: lists of their folder, and reads of one of them. */
const listRequests = ({ world }: MemoryPorts): string[] =>
  world.calls.flatMap(({ method, key }) => (key.includes('/images/') ? [method] : []))

/** Each way to look at copies: by one list, or by a read of each. */
const WAYS = [
  { way: 'one list', images: 20, requests: ['list'] },
  { way: 'a read of each', images: 12, requests: Array(12).fill('get') },
]

describe.each(WAYS)('GET /v1/batches/{batch}/images?verify=true, by $way', ({ images, requests }) => {
  let ports: MemoryPorts
  beforeEach(async () => {
    ports = await selectedBatch(images)
    await completeCopy(ports)
    ports.world.calls.splice(0)
  })

  it('says the same as without, of copies that are as they were made', async () => {
    expect(await verified(ports)).toEqual(await readImages(ports))
    expect(listRequests(ports)).toEqual(requests)
  })

  it.each<[string, string, (ports: MemoryPorts) => unknown]>([
    ['deleted', 'copy-gone', ({ world }) => world.stored.delete(COPY)],
    [
      'replaced by one of another size',
      'copy-changed',
      ({ world }) => world.stored.set(COPY, memoryObject(jpeg(2, 99), 'image/jpeg')),
    ],
    [
      'replaced by one of the same size',
      'copy-changed',
      ({ world }) => {
        const { bytes } = world.stored.get(COPY)!
        world.stored.set(COPY, memoryObject(bytes.map((byte, at) => (at === bytes.length - 3 ? byte ^ 1 : byte))))
      },
    ],
  ])('says of a copy that was %s that it is %s, and of no other', async (_, outcome, change) => {
    const before = await readImages(ports)
    change(ports)
    const after = await verified(ports)
    const { bytes: _bytes, width: _width, height: _height, contentType: _type, ...line } = before[1]!
    expect(after[1]).toEqual({ ...line, copy: outcome, reason: expect.stringContaining('verify=true') })
    expect(after.toSpliced(1, 1)).toEqual(before.toSpliced(1, 1))
  })

  it('changes nothing, starts nothing and sends nothing', async () => {
    ports.world.stored.delete(COPY)
    const before = [new Map(ports.world.stored), structuredClone(ports.world.sent)]
    await verified(ports)
    expect([ports.world.stored, ports.world.sent]).toEqual(before)
    expect(await readStatus(ports)).toBe('copied')
    expect((await readImages(ports))[1]).toMatchObject({ copy: 'copied' })
  })

  it('finds the copy again once POST …/copy?verify=true has restored it', async () => {
    ports.world.stored.delete(COPY)
    expect((await verified(ports))[1]).toMatchObject({ copy: 'copy-gone' })
    await startCopy('b', ports, { verify: true })
    await drain(ports)
    expect((await verified(ports))[1]).toMatchObject({ copy: 'copied', bytes: expect.any(Number) })
  })

  it('compares a copy of an older version, whose ETag is not known, by its size', async () => {
    const receipts = listBatchKeys('b', ports.world).filter((key) => key.endsWith('/0000.json'))
    expect(receipts).toHaveLength(1)
    for (const key of receipts) {
      const { images: copies, ...receipt } = jsonAt(ports.world, `data/b/${key}`)
      const older = copies.map(({ etag: _, ...copy }: Record<string, unknown>) => copy)
      ports.world.stored.set(`${ROOT}data/b/${key}`, memoryObject(JSON.stringify({ ...receipt, images: older })))
    }
    const { bytes } = ports.world.stored.get(COPY)!
    ports.world.stored.set(COPY, memoryObject(bytes.map((byte, at) => (at === bytes.length - 3 ? byte ^ 1 : byte))))
    expect((await verified(ports))[1]).toMatchObject({ copy: 'copied' })
    ports.world.stored.set(COPY, memoryObject(jpeg(2, 99), 'image/jpeg'))
    expect((await verified(ports))[1]).toMatchObject({ copy: 'copy-changed' })
  })
})

describe('a page of GET /v1/batches/{batch}/images?verify=true', () => {
  it('has at most 300 images, whatever its limit, and the next one goes on', async () => {
    const ports = await selectedBatch(310)
    const page = await listImages('b', { limit: 1000, verify: true }, ports)
    const { items } = await listImages('b', { limit: 1000, verify: true, cursor: page.nextCursor }, ports)
    expect([page.items.length, items.length]).toEqual([300, 10])
    expect((await listImages('b', { limit: 1000 }, ports)).items).toEqual([...page.items, ...items])
  })
})

describe('what GET /v1/batches/{batch}/images?verify=true requests', () => {
  it('is nothing for images that were not copied', async () => {
    const ports = await selectedBatch(20)
    expect((await verified(ports)).every(({ copy }) => copy === undefined)).toBe(true)
    expect(listRequests(ports)).toEqual([])
  })

  it('is a read for each image of a small page only, in the middle of the batch', async () => {
    const ports = await selectedBatch(60)
    await completeCopy(ports)
    ports.world.calls.splice(0)
    const { items } = await listImages('b', { limit: 3, cursor: toCursor('30'), verify: true }, ports)
    expect(items.map(({ imageId: id, copy }) => [id, copy])).toEqual([31, 32, 33].map((at) => [imageId(at), 'copied']))
    expect(listRequests(ports)).toEqual(['get', 'get', 'get'])
  })

  it('is a read for each when the folder of copies holds more than one list can show', async () => {
    const ports = await selectedBatch(20)
    await completeCopy(ports)
    for (let number = 0; number < 1000; number++)
      ports.world.stored.set(`${ROOT}data/b/images/${String(number).padStart(4, '0')}.txt`, memoryObject('mine'))
    ports.world.calls.splice(0)
    expect((await verified(ports)).every(({ copy }) => copy === 'copied')).toBe(true)
    expect(listRequests(ports)).toEqual(['list', ...Array(20).fill('get')])
  })
})
