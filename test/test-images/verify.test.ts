import { beforeEach, describe, expect, it } from '@jest/globals'
import { endpoint as getEndpoint } from '../../functions/test-images/get.ts'
import { listTestImages, TestImagesQuery } from '../../shared/test-images/list.ts'
import { previewTestImages, requestTestImages } from '../../shared/test-images/request.ts'
import { getTestImage } from '../../shared/test-images/store.ts'
import type { TestImageView } from '../../shared/test-images/test-image.ts'
import { drain } from '../support/broker/drain.ts'
import { JPEG, MISSING, onWeb, PLATE, picturesPorts, SECRET } from '../support/fixtures/test-images.ts'
import { jsonAt, ROOT } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

const URLS = [PLATE, SECRET, MISSING]

let ports: MemoryPorts
let tire: TestImageView
beforeEach(async () => {
  ports = picturesPorts()
  await requestTestImages(URLS, ports)
  await drain(ports)
  tire = (await requestTestImages([SECRET], ports)).view.items[0]!
  ports.world.calls.splice(0)
})

const list = async (query: Omit<TestImagesQueryInput, 'limit'>) =>
  (await listTestImages({ limit: 100, ...query }, ports)).items
type TestImagesQueryInput = Parameters<typeof listTestImages>[0]
const get = async (verify: boolean) => {
  const request = { method: 'GET', path: '', params: { image: tire.imageId }, query: { verify }, body: undefined }
  return (await getEndpoint.run(request, ports)).body as TestImageView // as its schema says
}
const readsOfImages = (): string[] =>
  ports.world.calls.flatMap(({ method, key }) => (key.startsWith('data/test/') && method !== 'link' ? [method] : []))

const remove = () => ports.world.stored.delete(tire.uri!)
const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === bytes.length - 3 ? byte ^ 1 : byte))
const replace = () => ports.world.stored.set(tire.uri!, memoryObject(flip(JPEG), 'image/jpeg'))
const replaceBySmaller = () => ports.world.stored.set(tire.uri!, memoryObject('small'))

describe('a test image whose object was looked at', () => {
  it('is shown as without, when it is as it was stored, after one request for each', async () => {
    const verified = await list({ verify: true })
    expect(readsOfImages()).toEqual(['get', 'get'])
    expect(verified).toEqual(await list({}))
    expect(await get(true)).toEqual(await get(false))
  })

  it.each([
    ['deleted', 'gone', 'not-found', remove],
    ['replaced by one of the same size', 'changed', 'conflict', replace],
    ['replaced by one of another size', 'changed', 'conflict', replaceBySmaller],
  ])('and was %s is %s, without size and link', async (_, state, code, change) => {
    const unverified = await list({})
    change()
    const { imageId, url, requestedAt, storedAt, uri } = tire
    const problem = { code, detail: expect.stringContaining(uri!), errors: [] }
    const expected = { imageId, url, requestedAt, storedAt, uri, state, problem }
    expect(await get(true)).toEqual(expected)
    const items = await list({ verify: true })
    expect(items.find((item) => item.imageId === imageId)).toEqual(expected)
    expect(items.filter((item) => item.imageId !== imageId)).toEqual(
      unverified.filter((item) => item.imageId !== imageId),
    )
    // What is stored says the same as before: a read changes nothing.
    expect(await list({})).toEqual(unverified)
  })

  it('is in a page of at most 300, whatever its limit, and the next one goes on', async () => {
    for (let hundred = 0; hundred < 3; hundred++)
      await requestTestImages(
        Array.from({ length: 100 }, (_, number) => `${PLATE}?${hundred}-${number}`),
        ports,
      )
    const query = { limit: 1000, verify: true }
    const page = await listTestImages(query, ports)
    const rest = await listTestImages({ ...query, cursor: page.nextCursor }, ports)
    expect([page.items.length, rest.items.length]).toEqual([300, URLS.length])
  })

  it('can be found by its state', async () => {
    remove()
    const found = async (state: 'gone' | 'stored' | 'changed') =>
      (await list({ verify: true, state })).map(({ imageId }) => imageId)
    expect(await found('gone')).toEqual([tire.imageId])
    expect(await found('changed')).toEqual([])
    expect(await found('stored')).toHaveLength(1)
  })

  it.each(['gone', 'changed'])('cannot be found as %s without looking', (state) => {
    expect(TestImagesQuery.safeParse({ state }).error?.issues).toMatchObject([{ path: ['state'] }])
    expect(TestImagesQuery.safeParse({ state, verify: 'true' }).success).toBe(true)
  })

  it('is compared by its size when an older version stored it', async () => {
    const key = `system/test-images/${tire.imageId}.json`
    const { etag: _, ...older } = jsonAt(ports.world, key)
    expect(_).toEqual(expect.any(String))
    ports.world.stored.set(`${ROOT}${key}`, memoryObject(JSON.stringify(older)))
    replace()
    expect(await get(true)).toMatchObject({ state: 'stored' })
    replaceBySmaller()
    expect(await get(true)).toMatchObject({ state: 'changed' })
  })
})

describe('POST /v1/test-images with the URL of a stored image', () => {
  it('fetches it again when it is gone, as if it were new, and says so before', async () => {
    remove()
    const planned = await previewTestImages([SECRET, PLATE], ports)
    expect(planned).toMatchObject({
      fetches: 1,
      items: [
        { state: 'gone', willFetch: true },
        { state: 'stored', willFetch: false },
      ],
    })
    const { isUnderWay, view } = await requestTestImages([SECRET, PLATE], ports)
    expect(isUnderWay).toBe(true)
    expect(view.items).toMatchObject([{ imageId: tire.imageId, state: 'queued' }, { state: 'stored' }])
    expect(view.items[0]).not.toHaveProperty('bytes')
    expect(Object.keys(await getTestImage(tire.imageId, ports)).toSorted()).toEqual(
      ['address', 'imageId', 'queuedId', 'requestedAt', 'state', 'url'].toSorted(),
    )
    await drain(ports)
    expect(await get(true)).toMatchObject({ state: 'stored', bytes: JPEG.length, uri: tire.uri })
  })

  it('records what the URL has by now', async () => {
    remove()
    const other = flip(JPEG)
    onWeb(ports.world, SECRET, Buffer.from(other))
    await requestTestImages([SECRET], ports)
    await drain(ports)
    expect(await get(true)).toMatchObject({ state: 'stored' })
    expect(Buffer.compare(ports.world.stored.get(tire.uri!)!.bytes, other)).toBe(0)
  })

  it('leaves another object in its place alone, and says so', async () => {
    replace()
    const before = new Map(ports.world.stored)
    expect(await previewTestImages([SECRET], ports)).toMatchObject({
      fetches: 0,
      items: [{ state: 'changed', willFetch: false }],
    })
    const { isUnderWay, view } = await requestTestImages([SECRET], ports)
    expect([isUnderWay, view.items[0]?.state]).toEqual([false, 'changed'])
    expect(ports.world.stored).toEqual(before)
  })

  it('fetches it once when two callers find it gone at the same time', async () => {
    remove()
    await Promise.all([requestTestImages([SECRET], ports), requestTestImages([SECRET], ports)])
    const { queuedId } = (await getTestImage(tire.imageId, ports)) as { queuedId?: string }
    expect(queuedId).toEqual(expect.any(String))
    await drain(ports)
    expect(await get(true)).toMatchObject({ state: 'stored' })
    expect(
      ports.world.calls.filter(({ method, key }) => method === 'put' && key.startsWith('data/test/')),
    ).toHaveLength(1)
  })

  it('creates it anew when it is deleted meanwhile', async () => {
    remove()
    let isDeleted = false
    ports.world.pause = async ({ method, key }) => {
      if (isDeleted || method !== 'put' || !key.startsWith('system/test-images/')) return
      isDeleted = true
      ports.world.stored.delete(`${ROOT}${key}`)
    }
    const { view } = await requestTestImages([SECRET], ports)
    expect([isDeleted, view.items[0]?.state]).toEqual([true, 'queued'])
    await drain(ports)
    expect(await get(true)).toMatchObject({ state: 'stored' })
  })
})
