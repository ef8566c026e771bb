import { readdir, readFile } from 'node:fs/promises'
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { imageSize } from 'image-size'
import { audit } from '../../bench/load/audit.ts'
import { runClients } from '../../bench/load/clients.ts'
import { createLedger } from '../../bench/load/ledger.ts'
import { type RunningApi, startApi } from '../support/http/running-api.ts'
import { startTestServer } from '../support/http/test-server.ts'

const IMAGES = new URL('../../local/sample-data/train/images/', import.meta.url)
const request = (batchOffset: number) => ({
  dataset: 'sample-train',
  classNames: ['Person'],
  examplesPerClass: 4,
  batchOffset,
})

let api: RunningApi
beforeAll(async () => {
  api = await startApi()
  await api.importSample('sample-train')
})
afterAll(() => api.stop())

const readBytes = async (key: string): Promise<Uint8Array> => {
  const { Body } = await api.s3.send(new GetObjectCommand({ Bucket: api.stack.bucket, Key: key }))
  return (await Body?.transformToByteArray()) ?? new Uint8Array(0)
}

/** Selects and copies the images and writes the manifest. */
async function makeBatch(batch: string, batchOffset: number): Promise<string[]> {
  const made = await api.call('PUT', `/v1/batches/${batch}`, request(batchOffset))
  expect([made.status, made.headers.get('location')]).toEqual([201, `/v1/batches/${batch}`])
  const copying = await api.call('POST', `/v1/batches/${batch}/copy`)
  expect([copying.status, copying.headers.get('location')]).toEqual([202, `/v1/batches/${batch}/copy`])
  expect(copying.headers.get('retry-after')).toBe('1')
  await api.until(`/v1/batches/${batch}/copy`, ({ json }) => json.state === 'copied')
  const written = await api.call('PUT', `/v1/batches/${batch}/manifest`, { boxes: 'open-images', provenance: true })
  expect(written.status).toBe(201)
  const { json } = await api.call('GET', `/v1/batches/${batch}/images`)
  return json.items.map(({ imageId }: { imageId: string }) => imageId)
}

describe('the main workflow over HTTP', () => {
  let ids: string[][]
  beforeAll(async () => {
    ids = await Promise.all([makeBatch('first', 0), makeBatch('second', 1)])
  })

  it('selects two batches that share no image', () => {
    expect(ids.map(({ length }) => length)).toEqual([4, 4])
    expect(new Set(ids.flat()).size).toBe(8)
  })

  it('copies every image byte for byte, as JPEG', async () => {
    for (const [number, batch] of ['first', 'second'].entries()) {
      for (const id of ids[number] ?? []) {
        const key = `data/${batch}/images/${id}.jpg`
        expect(Buffer.compare(await readBytes(key), await readFile(new URL(`${id}.jpg`, IMAGES)))).toBe(0)
        const { ContentType } = await api.s3.send(new HeadObjectCommand({ Bucket: api.stack.bucket, Key: key }))
        expect(ContentType).toBe('image/jpeg')
      }
    }
  })

  it('links to copies that a page of another origin may show, before there is a labeling job', async () => {
    const { json } = await api.call('GET', '/v1/batches/first/images?links=true')
    for (const { link, bytes } of json.items) {
      const image = await fetch(link, { headers: { origin: 'https://pages.example', 'sec-fetch-mode': 'cors' } })
      expect([image.status, image.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
      expect((await image.arrayBuffer()).byteLength).toBe(bytes)
    }
  })

  it('writes a manifest with a line for each image, with its boxes in pixels and its provenance', async () => {
    const { text, headers, status } = await api.call('GET', '/v1/batches/first/manifest')
    expect([status, headers.get('content-type')]).toEqual([200, 'application/jsonl'])
    expect(Buffer.from(await readBytes('data/first/manifests/input.manifest')).toString()).toBe(text)
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map((line) => line['source-ref'])).toEqual(
      ids[0]?.map((id) => `s3://${api.stack.bucket}/data/first/images/${id}.jpg`),
    )
    for (const [number, line] of lines.entries()) {
      const { width, height } = imageSize(await readFile(new URL(`${ids[0]?.[number]}.jpg`, IMAGES)))
      expect(line['open-images-boxes'].image_size).toEqual([{ width, height, depth: 3 }])
      expect(line['open-images-boxes'].annotations.length).toBeGreaterThan(0)
      expect(line['open-images-boxes-metadata']['class-map']).toEqual({ 0: 'Person' })
      expect(line.provenance).toMatchObject({ dataset: 'sample-train', license: expect.stringContaining('http') })
    }
  })

  it('lists both batches as copied and returns each', async () => {
    const { json } = await api.call('GET', '/v1/batches')
    expect(json.items.map(({ batch, state }: { batch: string; state: string }) => [batch, state])).toEqual([
      ['first', 'copied'],
      ['second', 'copied'],
    ])
    const names: string[] = []
    for (let cursor = ''; ; ) {
      const page = await api.call('GET', `/v1/batches?limit=1${cursor}`)
      names.push(...page.json.items.map(({ batch }: { batch: string }) => batch))
      if (page.json.nextCursor === undefined) break
      cursor = `&cursor=${page.json.nextCursor}`
    }
    expect(names).toEqual(['first', 'second'])
    const { skipImages, ...request } = (await api.call('GET', '/v1/batches/first')).json.request
    expect(json.items[0].request).toEqual({ ...request, skipImageCount: skipImages.length })
  })

  it('answers 200 to the same request, 409 to a different one, and 200 when there is nothing to do', async () => {
    expect((await api.call('PUT', '/v1/batches/first', request(0))).status).toBe(200)
    expect(await api.call('PUT', '/v1/batches/first', request(7))).toMatchObject({
      status: 409,
      json: { code: 'conflict', errors: [{ at: 'body.batchOffset' }] },
    })
    expect((await api.call('POST', '/v1/batches/first/copy')).status).toBe(200)
  })

  it('copies the whole sample and deletes the batch', async () => {
    await api.call('PUT', '/v1/batches/all', {
      ...request(0),
      classNames: ['Person', 'Car', 'Tree'],
      examplesPerClass: 20,
    })
    await api.call('POST', '/v1/batches/all/copy')
    const { json } = await api.until('/v1/batches/all/copy', (answer) => answer.json.state === 'copied')
    expect(json.total).toBeLessThanOrEqual((await readdir(IMAGES)).length)
    const preview = await api.call('DELETE', '/v1/batches/all?validateOnly=true')
    expect(preview.json).toMatchObject({ objects: (await api.keys('data/all/')).length, more: false })
    expect((await api.call('DELETE', '/v1/batches/all')).status).toBe(204)
    expect(await api.keys('data/all/')).toEqual([])
    expect((await api.call('GET', '/v1/batches/all')).status).toBe(404)
  })

  it('selects the images of a large request in the background', async () => {
    const large = await api.call('PUT', '/v1/batches/large', { ...request(0), examplesPerClass: 5000 })
    expect([large.status, large.json.state]).toEqual([202, 'selecting'])
    const { json } = await api.until('/v1/batches/large', (answer) => answer.json.state !== 'selecting')
    expect(json).toMatchObject({ state: 'selected', warnings: [{ code: 'short-class' }] })
  })

  it('runs everything up to the labels with one call', async () => {
    const { items } = (await api.call('GET', '/v1/workteams')).json
    const labelingJob = { workteamArn: items[0].workteamArn, workersPerObject: 1, job: 'people-1' }
    const one = { ...request(2), run: 'label', manifest: { boxes: 'open-images' }, labelingJob }
    const plan = await api.call('PUT', '/v1/batches/one?validateOnly=true', one)
    expect(plan.json.run).toMatchObject({ manifest: { lines: 4 }, labelingJob: { job: 'people-1', tasks: 4 } })
    const accepted = await api.call('PUT', '/v1/batches/one', one)
    const { headers } = accepted
    expect([accepted.status, headers.get('location'), headers.get('retry-after')]).toEqual([
      202,
      '/v1/batches/one',
      '1',
    ])
    const { json } = await api.until('/v1/batches/one', (answer) => answer.json.run.state !== 'running')
    expect(json.run.steps.map(({ state }: { state: string }) => state)).toEqual(['done', 'done', 'done', 'done'])
    await api.until(json.run.steps[3].link, (answer) => answer.json.status === 'Completed')
    const labels = await api.call('GET', '/v1/labeling-jobs/people-1/annotations')
    expect(labels.json.items).toHaveLength(4)
    const again = await api.call('PUT', '/v1/batches/one', one)
    expect([again.status, again.headers.get('retry-after')]).toEqual([200, null])
  })
})

describe('test images over HTTP', () => {
  it('fetches, lists with presigned URLs, polls and deletes them', async () => {
    const picture = await readFile(new URL('000002b66c9c498e.jpg', IMAGES))
    const web = await startTestServer(({ url }, response) => {
      response.writeHead(url?.startsWith('/there') ? 200 : 404).end(picture)
    })
    try {
      const urls = [`${web.url}/there.jpg?signature=hidden`, `${web.url}/not.jpg`]
      const accepted = await api.call('POST', '/v1/test-images', { urls })
      expect([accepted.status, accepted.headers.get('location'), accepted.headers.get('retry-after')]).toEqual([
        202,
        '/v1/test-images',
        '1',
      ])
      const [there, not] = accepted.json.items
      expect([there.url, not.url]).toEqual([`${web.url}/there.jpg`, `${web.url}/not.jpg`])
      await api.until('/v1/test-images?state=queued', ({ json }) => json.items.length === 0)
      const stored = await api.call('GET', `/v1/test-images/${there.imageId}`)
      expect(stored.json).toMatchObject({ state: 'stored', bytes: picture.length, contentType: 'image/jpeg' })
      expect(stored.headers.get('cache-control')).toBe('no-store')
      const linked = await fetch(stored.json.link)
      expect(linked.headers.get('content-type')).toBe('image/jpeg')
      expect(Buffer.compare(Buffer.from(await linked.arrayBuffer()), picture)).toBe(0)
      const failed = await api.call('GET', '/v1/test-images?state=failed')
      expect(failed.json.items).toMatchObject([{ imageId: not.imageId, problem: { code: 'bad-source' } }])
      const known = { 'if-none-match': failed.headers.get('etag') ?? '' }
      expect((await api.call('GET', '/v1/test-images?state=failed', undefined, known)).status).toBe(304)
      expect((await api.call('POST', '/v1/test-images', { urls: urls.slice(0, 1) })).status).toBe(200)
      for (const { imageId } of [there, not])
        expect((await api.call('DELETE', `/v1/test-images/${imageId}`)).status).toBe(204)
      expect(await api.keys('data/test/')).toEqual([])
    } finally {
      await web.stop()
    }
  })
})

describe('several concurrent clients', () => {
  it('lose nothing and see no failure when they create and change the same batches', async () => {
    const ledger = createLedger()
    await runClients(api.stack, { clients: 4, seed: 1, shouldContinue: (calls) => calls < 20 }, ledger)
    expect([...ledger.violations, ...(await audit(api.stack, ledger))]).toEqual([])
    expect(Math.min(ledger.requests.size, ledger.copied.size)).toBeGreaterThan(0)
  })
})
