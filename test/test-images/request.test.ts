import { describe, expect, it } from '@jest/globals'
import { resumeTestImages } from '../../local/recovery/resume-test-images.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { parseImageAddresses } from '../../shared/test-images/addresses.ts'
import { deleteTestImage } from '../../shared/test-images/delete.ts'
import { fetchTestImage } from '../../shared/test-images/fetch.ts'
import { previewTestImages, requestTestImages } from '../../shared/test-images/request.ts'
import { getTestImage } from '../../shared/test-images/store.ts'
import { drain } from '../support/broker/drain.ts'
import { jpegFile } from '../support/fixtures/picture-files.ts'
import { JPEG, MISSING, onWeb, PLATE, PNG, picturesPorts, request, SECRET } from '../support/fixtures/test-images.ts'
import { keysUnder, textAt } from '../support/world/bucket-contents.ts'
import type { Call } from '../support/world/call.ts'
import { memoryObject } from '../support/world/memory-object.ts'

const down = new AppError('upstream-failed', 'https://images.example/tire.jpg answered 503 instead of a file.')

const isImage = ({ method, key }: Call): boolean => method === 'put' && key.startsWith('data/')
const isState = ({ method, key }: Call): boolean => method === 'put' && key.startsWith('system/')

/** Returns a hook that runs `act` before the first call that matches. */
function once(isMatch: (call: Call) => boolean, act: () => Promise<void>) {
  let isDone = false
  return async (call: Call): Promise<void> => {
    if (isDone || !isMatch(call)) return
    isDone = true
    await act()
  }
}

describe('POST /v1/test-images', () => {
  it('queues the images in order, and workers store them with their size', async () => {
    const ports = picturesPorts()
    const { isUnderWay, view } = await requestTestImages([PLATE, SECRET], ports)
    expect(isUnderWay).toBe(true)
    expect(view.items).toEqual([
      expect.objectContaining({ url: PLATE, state: 'queued' }),
      expect.objectContaining({ url: 'https://images.example/tire.jpg', state: 'queued' }),
    ])
    expect(await drain(ports)).toEqual([])
    const again = await requestTestImages([PLATE, SECRET], ports)
    expect(again.isUnderWay).toBe(false)
    const [plate, tire] = again.view.items
    expect(plate).toMatchObject({ state: 'stored', contentType: 'image/png', bytes: PNG.length, width: 30, height: 20 })
    expect(tire).toMatchObject({ state: 'stored', contentType: 'image/jpeg', bytes: JPEG.length, width: 640 })
    expect(tire?.uri).toBe(`s3://work/data/test/${tire?.imageId}.jpg`)
    const stored = ports.world.stored.get(tire?.uri ?? '')
    expect([stored?.contentType, Buffer.compare(stored?.bytes ?? PNG, JPEG)]).toEqual(['image/jpeg', 0])
    expect(keysUnder(ports.world, 'data/')).toHaveLength(2)
  })

  it('stores the query of a URL only until the image is fetched, and never shows it', async () => {
    const ports = picturesPorts()
    const item = await request(SECRET, ports)
    const key = `system/test-images/${item.imageId}.json`
    expect(textAt(ports.world, key)).toContain('signature=hidden')
    expect(JSON.stringify([item, ports.world.sent])).not.toContain('hidden')
    await drain(ports)
    expect(textAt(ports.world, key)).not.toContain('hidden')
    expect(JSON.stringify([await getTestImage(item.imageId, ports), ports.world.logged])).not.toContain('hidden')
  })

  it('gives equivalent URLs the same id, and different URLs different ids', () => {
    const toId = (url: string) => parseImageAddresses([url], false)[0]?.imageId
    for (const same of [
      'HTTPS://IMAGES.example:443/plate.png',
      `${PLATE}#part`,
      'https://images.example/x/../plate.png',
    ])
      expect(toId(same)).toBe(toId(PLATE))
    for (const other of [`${PLATE}?v=2`, `${PLATE}/`, 'https://images.example/PLATE.png'])
      expect(toId(other)).not.toBe(toId(PLATE))
  })

  it('reports all invalid URLs at once, and writes nothing', async () => {
    const ports = picturesPorts()
    const urls = [
      PLATE,
      'http://images.example/a.jpg',
      's3://bucket/a.jpg',
      `${PLATE}#again`,
      'https://10.0.0.1/?key=hidden',
    ]
    const error = await requestTestImages(urls, ports).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'bad-source',
      issues: [
        { at: 'body.urls[1]', message: expect.stringContaining('https') },
        { at: 'body.urls[2]', message: expect.stringContaining('https://') },
        { at: 'body.urls[3]', message: expect.stringContaining('body.urls[0]') },
        { at: 'body.urls[4]', message: expect.stringContaining('public internet') },
      ],
    })
    expect(JSON.stringify(error)).not.toContain('hidden')
    expect(ports.world.calls).toEqual([])
    await expect(requestTestImages([PLATE, PLATE], ports)).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('refuses an image in place of its address, without a word of it, and ends each reason once', async () => {
    const urls = ['data:image/png;base64,iVBORw0KGgo', 'data://image', 'http://images.example/a.jpg', 'nothing']
    for (const url of urls) {
      const error = await requestTestImages([url], picturesPorts()).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'bad-source', issues: [{ at: 'body.urls[0]' }] })
      expect(`${error}`).not.toMatch(/\.\.$|iVBORw0KGgo/)
    }
  })

  it('tells where an image came from that its URL redirects to, also when that is no image', async () => {
    const ports = picturesPorts()
    const moved = 'https://images.example/moved'
    ports.world.redirects.set(moved, SECRET)
    await request(moved, ports)
    await drain(ports)
    const { view } = await requestTestImages([moved], ports)
    expect(view.items).toEqual([
      expect.objectContaining({ state: 'stored', url: moved, redirectedTo: 'https://images.example/tire.jpg' }),
    ])
    onWeb(ports.world, SECRET, Buffer.from('<!doctype html>'))
    const other = `${moved}-too`
    ports.world.redirects.set(other, SECRET)
    const { imageId } = await request(other, ports)
    await drain(ports)
    expect(await getTestImage(imageId, ports)).toMatchObject({
      state: 'failed',
      problem: { detail: expect.stringMatching(/tire\.jpg.*moved-too/) },
    })
  })

  it('previews what it would fetch with validateOnly, and writes nothing', async () => {
    const ports = picturesPorts()
    const stored = await request(PLATE, ports)
    await drain(ports)
    const before = new Map(ports.world.stored)
    const preview = await previewTestImages([PLATE, SECRET], ports)
    expect(preview).toEqual({
      fetches: 1,
      mostBytes: 40_000_000,
      items: [
        { imageId: stored.imageId, url: PLATE, state: 'stored', willFetch: false },
        { imageId: expect.any(String), url: 'https://images.example/tire.jpg', willFetch: true },
      ],
    })
    expect([ports.world.stored, ports.world.sent['test-images']]).toEqual([before, []])
  })

  it('retries failed images, sends queued ones again and leaves stored ones when repeated', async () => {
    const ports = picturesPorts()
    const urls = [PLATE, MISSING, SECRET]
    await requestTestImages([PLATE, MISSING], ports)
    await drain(ports)
    await requestTestImages([SECRET], ports)
    ports.world.sent['test-images'].length = 0
    onWeb(ports.world, MISSING, JPEG)
    const calls = ports.world.calls.length
    const { view } = await requestTestImages(urls, ports)
    expect(view.items.map(({ state }) => state)).toEqual(['stored', 'queued', 'queued'])
    expect(ports.world.sent['test-images']).toHaveLength(2)
    await drain(ports)
    expect(ports.world.calls.slice(calls).filter(({ port }) => port === 'downloads')).toHaveLength(2)
    const last = await requestTestImages(urls, ports)
    expect(last.view.items.map(({ state }) => state)).toEqual(['stored', 'stored', 'stored'])
  })
})

describe('fetchTestImage', () => {
  it('has a queue of its own', async () => {
    const ports = picturesPorts()
    await request(SECRET, ports)
    const { tasks, 'test-images': waiting } = ports.world.sent
    expect([tasks, waiting]).toEqual([[], [expect.objectContaining({ imageId: expect.any(String) })]])
  })

  it('resumes after its message was lost in a restart of the local stack', async () => {
    const ports = picturesPorts()
    await request(PLATE, ports)
    await drain(ports)
    const { imageId } = await request(SECRET, ports)
    ports.world.sent['test-images'].length = 0
    ports.world.stored.set(`s3://work/system/test-images/${'0'.repeat(32)}.json`, memoryObject('corrupt'))
    await resumeTestImages(ports)
    expect(ports.world.sent['test-images']).toEqual([{ imageId, requestId: ports.requestId }])
    await drain(ports)
    expect((await getTestImage(imageId, ports)).state).toBe('stored')
    await resumeTestImages(ports)
    expect(ports.world.sent['test-images']).toEqual([])
  })

  it('fails at once on a permanent error, and records the reason', async () => {
    const ports = picturesPorts()
    onWeb(ports.world, PLATE, Buffer.from('<!doctype html>'))
    const page = await request(PLATE, ports)
    const missing = await request(MISSING, ports)
    expect(await drain(ports)).toEqual([])
    expect(await getTestImage(page.imageId, ports)).toMatchObject({
      state: 'failed',
      problem: { code: 'bad-source', detail: expect.stringMatching(/plate\.png.*web page/) },
    })
    expect(await getTestImage(missing.imageId, ports)).toMatchObject({
      state: 'failed',
      problem: { detail: expect.stringContaining('404') },
    })
    expect(keysUnder(ports.world, 'data/')).toEqual([])
  })

  it('retries a retryable error, and shows the error meanwhile', async () => {
    const ports = picturesPorts()
    const { imageId } = await request(SECRET, ports)
    let times = 0
    ports.world.fault = ({ port }) => (port === 'downloads' && ++times <= 2 ? down : undefined)
    await expect(fetchTestImage(imageId, ports)).rejects.toBe(down)
    expect(await getTestImage(imageId, ports)).toMatchObject({ state: 'queued', problem: { code: 'upstream-failed' } })
    expect(await drain(ports)).toHaveLength(1)
    const stored = await getTestImage(imageId, ports)
    expect(stored.state).toBe('stored')
    expect(stored).not.toHaveProperty('problem')
  })

  it('fails with the last error after all retries, and is fetched when requested again', async () => {
    const ports = picturesPorts()
    const { imageId } = await request(SECRET, ports)
    ports.world.fault = ({ port }) => (port === 'downloads' ? down : undefined)
    await drain(ports)
    const failed = await getTestImage(imageId, ports)
    expect(failed).toMatchObject({ state: 'failed', problem: { code: 'upstream-failed', detail: down.message } })
    expect(JSON.stringify(failed)).not.toContain('hidden')
    ports.world.fault = () => undefined
    await request(SECRET, ports)
    await drain(ports)
    expect((await getTestImage(imageId, ports)).state).toBe('stored')
  })

  it('stores and records the same image when two concurrent workers download different ones', async () => {
    for (const other of [jpegFile(8, 8, 'another picture'), PNG]) {
      const ports = picturesPorts()
      const { imageId } = await request(SECRET, ports)
      // The second worker starts when the first has its response, and gets a different one.
      ports.world.pause = once(isImage, async () => {
        onWeb(ports.world, SECRET, other)
        await fetchTestImage(imageId, ports)
      })
      await fetchTestImage(imageId, ports)
      const state = await getTestImage(imageId, ports)
      if (state.state !== 'stored') throw new Error(state.state)
      expect(keysUnder(ports.world, 'data/test/')).toEqual([`${imageId}.${state.format}`])
      expect(state.bytes).toBe(ports.world.stored.get(`s3://work/data/test/${imageId}.${state.format}`)?.bytes.length)
    }
  })

  it('stores the image although another worker failed to download it', async () => {
    const ports = picturesPorts()
    const { imageId } = await request(SECRET, ports)
    ports.world.pause = once(isState, async () => {
      ports.world.fault = ({ port }) => (port === 'downloads' ? down : undefined)
      await expect(fetchTestImage(imageId, ports)).rejects.toBe(down)
    })
    await fetchTestImage(imageId, ports)
    expect((await getTestImage(imageId, ports)).state).toBe('stored')
  })

  it('does not let a late worker remove an image that was deleted and requested again', async () => {
    const ports = picturesPorts()
    const { imageId } = await request(SECRET, ports)
    const late = Promise.withResolvers<void>()
    let fetched = Promise.resolve()
    ports.world.pause = once(isImage, async () => {
      await deleteTestImage(imageId, ports)
      await request(SECRET, ports)
      const atItsEnd = Promise.withResolvers<void>()
      ports.world.pause = once(isState, async () => {
        atItsEnd.resolve()
        await late.promise
      })
      fetched = fetchTestImage(imageId, ports)
      await atItsEnd.promise
    })
    await fetchTestImage(imageId, ports)
    late.resolve()
    await fetched
    expect((await getTestImage(imageId, ports)).state).toBe('stored')
    expect(keysUnder(ports.world, 'data/test/')).toEqual([`${imageId}.jpg`])
  })
})

describe('DELETE /v1/test-images/{image}', () => {
  it('removes the image and its state, and answers not-found when repeated', async () => {
    const ports = picturesPorts()
    const { imageId } = await request(SECRET, ports)
    await drain(ports)
    await deleteTestImage(imageId, ports)
    expect([...ports.world.stored.keys()]).toEqual([])
    await expect(deleteTestImage(imageId, ports)).rejects.toMatchObject({ code: 'not-found' })
    await expect(getTestImage(imageId, ports)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('removes a queued image, whose message then does nothing', async () => {
    const ports = picturesPorts()
    await deleteTestImage((await request(SECRET, ports)).imageId, ports)
    await drain(ports)
    expect([...ports.world.stored.keys()]).toEqual([])
    expect(ports.world.calls.filter(({ port }) => port === 'downloads')).toEqual([])
  })

  it('leaves nothing behind when a worker is fetching the image, even if it is requested again at once', async () => {
    for (const isRequestedAgain of [false, true]) {
      const ports = picturesPorts()
      const { imageId } = await request(SECRET, ports)
      ports.world.sent['test-images'].length = 0
      ports.world.pause = once(isState, async () => {
        await deleteTestImage(imageId, ports)
        if (isRequestedAgain) await request(SECRET, ports)
      })
      await fetchTestImage(imageId, ports)
      await drain(ports)
      expect([...ports.world.stored.keys()]).toHaveLength(isRequestedAgain ? 2 : 0)
    }
  })
})
