import { describe, expect, it } from '@jest/globals'
import { endpoint as deleteTestImage } from '../../functions/test-images/delete.ts'
import { endpoint as fetchTestImages } from '../../functions/test-images/fetch.ts'
import { endpoint as getTestImage } from '../../functions/test-images/get.ts'
import { endpoint as listTestImages } from '../../functions/test-images/list.ts'
import { resumeTestImages } from '../../local/recovery/resume-test-images.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { deadLetterTestImage, fetchTestImage } from '../../shared/test-images/fetch.ts'
import { drain } from '../support/broker/drain.ts'
import { DAMAGES } from '../support/fixtures/damages.ts'
import { MISSING, PLATE, picturesPorts, request, SECRET } from '../support/fixtures/test-images.ts'
import { callEndpoint } from '../support/http/call-endpoint.ts'
import { jsonAt, keysUnder } from '../support/world/bucket-contents.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

const keyFor = (imageId: string): string => `system/test-images/${imageId}.json`
const corrupt = (imageId: string) => ({ code: 'corrupt-state', detail: expect.stringContaining(keyFor(imageId)) })

/** Returns ports with two stored images, and the id of one whose state is damaged. */
async function damaged(text: string) {
  const ports = picturesPorts()
  const { imageId } = await request(SECRET, ports)
  await request(PLATE, ports)
  await drain(ports)
  await ports.objects.put(keyFor(imageId), text)
  return { ports, imageId, params: { image: imageId } }
}

describe.each(DAMAGES)('a test image whose state is %s', (_, text) => {
  it('is listed as unreadable, and the others as they are', async () => {
    const { ports, imageId } = await damaged(text)
    const list = async (query = {}) => (await callEndpoint(listTestImages, ports, { query })).json.items
    const unreadable = { imageId, state: 'unreadable', problem: { ...corrupt(imageId), errors: [] } }
    const all = await list()
    expect(all).toHaveLength(2)
    expect(all).toContainEqual(unreadable)
    expect(await list({ state: 'unreadable' })).toEqual([unreadable])
    expect(await list({ state: 'stored' })).toEqual([expect.objectContaining({ url: PLATE })])
  })

  it('answers corrupt-state to GET', async () => {
    const { ports, imageId, params } = await damaged(text)
    const { status, json } = await callEndpoint(getTestImage, ports, { params })
    expect([status, json]).toEqual([500, expect.objectContaining(corrupt(imageId))])
    expect(JSON.stringify(json)).not.toContain('whsec_hidden')
  })

  it('is fetched again when it is requested again', async () => {
    const { ports, imageId, params } = await damaged(text)
    const body = { urls: [SECRET] }
    const preview = await callEndpoint(fetchTestImages, ports, { body, query: { validateOnly: 'true' } })
    expect(preview.json.items).toEqual([{ imageId, url: expect.any(String), willFetch: true }])
    const { status, json } = await callEndpoint(fetchTestImages, ports, { body })
    expect([status, json.items]).toEqual([202, [expect.objectContaining({ imageId, state: 'queued' })]])
    expect(await drain(ports)).toEqual([])
    expect((await callEndpoint(getTestImage, ports, { params })).json).toMatchObject({ state: 'stored', width: 640 })
  })

  it('can be deleted, with its image', async () => {
    const { ports, imageId, params } = await damaged(text)
    expect((await callEndpoint(deleteTestImage, ports, { params })).status).toBe(204)
    expect([...ports.world.stored.keys()].filter((uri) => uri.includes(imageId))).toEqual([])
  })

  it('ends its message, and keeps its image', async () => {
    const { ports, imageId } = await damaged(text)
    const images = keysUnder(ports.world, 'data/test/')
    await fetchTestImage(imageId, ports)
    await deadLetterTestImage(imageId, new AppError('internal', 'It failed.'), ports)
    await resumeTestImages(ports)
    expect(keysUnder(ports.world, 'data/test/')).toEqual(images)
    expect(ports.world.sent['test-images']).toEqual([])
    expect(ports.world.logged).toContainEqual(
      expect.objectContaining({ event: 'state.corrupt', fields: { key: keyFor(imageId) } }),
    )
  })
})

it('a copy of another test image under its key is corrupt', async () => {
  const { ports, imageId, params } = await damaged('')
  const other = keysUnder(ports.world, 'system/test-images/').find((name) => !name.startsWith(imageId))
  await ports.objects.put(keyFor(imageId), JSON.stringify(jsonAt(ports.world, `system/test-images/${other}`)))
  expect((await callEndpoint(getTestImage, ports, { params })).json).toMatchObject(corrupt(imageId))
})

const rewrite = async (ports: MemoryPorts, imageId: string, changes: object): Promise<void> =>
  void (await ports.objects.put(
    keyFor(imageId),
    JSON.stringify({ ...jsonAt(ports.world, keyFor(imageId)), ...changes }),
  ))

it('a state name that only a newer version knows is shown, and neither fetched again nor cleaned up', async () => {
  const { ports, imageId, params } = await damaged('')
  await request(SECRET, ports)
  await drain(ports)
  await rewrite(ports, imageId, { state: 'resizing', schemaVersion: 5 })
  const images = keysUnder(ports.world, 'data/test/')
  const before = jsonAt(ports.world, keyFor(imageId))
  const { status, json } = await callEndpoint(fetchTestImages, ports, { body: { urls: [SECRET] }, isNewer: true })
  expect([status, json.items]).toEqual([200, [expect.objectContaining({ imageId, state: 'resizing' })]])
  const got = await callEndpoint(getTestImage, ports, { params, isNewer: true })
  expect([got.status, got.json.state]).toEqual([200, 'resizing'])
  await fetchTestImage(imageId, ports)
  await deadLetterTestImage(imageId, new AppError('internal', 'It failed.'), ports)
  expect(keysUnder(ports.world, 'data/test/')).toEqual(images)
  expect([jsonAt(ports.world, keyFor(imageId)), ports.world.sent['test-images']]).toEqual([before, []])
})

it.each([
  ['stored', SECRET, 'stored'],
  ['failed', MISSING, 'failed'],
])('a test image of a newer version keeps its fields and version when it is %s', async (_, url, state) => {
  const ports = picturesPorts()
  const { imageId } = await request(url, ports)
  const newer = { schemaVersion: 5, album: { name: 'a' } }
  await rewrite(ports, imageId, newer)
  await drain(ports)
  expect(jsonAt(ports.world, keyFor(imageId))).toMatchObject({ ...newer, state })
  await request(url, ports)
  await drain(ports)
  expect(jsonAt(ports.world, keyFor(imageId))).toMatchObject({ ...newer, state })
  expect(JSON.stringify(jsonAt(ports.world, keyFor(imageId)))).not.toContain('signature')
})
