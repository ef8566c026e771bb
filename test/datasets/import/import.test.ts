import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { readyDataset } from '../../../shared/datasets/classes/class-files.ts'
import { describeDataset } from '../../../shared/datasets/describe.ts'
import { previewImport, startImport } from '../../../shared/datasets/import/start-import.ts'
import { getDataset } from '../../../shared/datasets/store.ts'
import type { Uploads } from '../../../shared/platform/ports.ts'
import {
  CSV,
  csvOf,
  eventsOf,
  imageId,
  keysOf,
  LARGE_IMAGE_LIST,
  PERSON,
  putSources,
  REGISTRATION,
  row,
  smallDataset,
  stateOf,
  TIRE,
  textAt,
} from '../../support/fixtures/small-dataset.ts'
import { drain } from '../../support/world/drain.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'
import { memoryObject } from '../../support/world/world.ts'

const view = async (ports: MemoryPorts) => describeDataset('small', (await getDataset('small', ports)).value, ports)
const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Parts as under SSE-KMS: stored again, the same bytes have another ETag. */
function encryptedUploads({ uploads, world }: MemoryPorts): Uploads {
  let stored = 0
  const part: Uploads['part'] = async (key, uploadId, number, bytes) => {
    await uploads.part(key, uploadId, number, bytes)
    stored += 1
    world.uploads.open.get(`${uploadId} ${key}`)?.set(number, { ...memoryObject(bytes), etag: `"${stored}"` })
  }
  return { ...uploads, part }
}

describe('importing', () => {
  it('makes the dataset ready, with its counts, in one write', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    const writes = new Set<string>()
    await drain(ports, { after: async () => void writes.add(textAt(ports, 'dataset.json')) })
    expect([...writes].map((text) => 'current' in JSON.parse(text))).toEqual([false, true])
    expect(await view(ports)).toMatchObject({
      state: 'ready',
      imageCount: 4,
      boxCount: 6,
      classCount: 5,
      annotations: { bytes: CSV.length, groupedByImage: true },
    })
  })
  it('counts an image with a Man and a Woman once for Person, and a face as a part', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    const { counts } = (await readyDataset('small', ports)).classes
    expect(counts.classes[PERSON]).toEqual({
      images: 1,
      boxes: 1,
      imagesWithSubclasses: 2,
      boxesWithSubclasses: 3,
      imagesWithParts: 3,
      boxesWithParts: 4,
    })
  })
  it('stores every file byte for byte', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    const { importId } = stateOf(ports).current!
    const stored = (name: string) => ports.world.stored.get(`s3://work/data/raw/small/${importId}/${name}`)?.bytes
    const source = (name: string) => ports.world.stored.get(`s3://other/${name}`)?.bytes
    expect(stored('annotations-bbox.csv')).toEqual(source('boxes.csv'))
    expect(stored('class-descriptions.csv')).toEqual(source('names.csv'))
    expect(stored('labels-hierarchy.json')).toEqual(source('hierarchy.json'))
    expect(stored('images.csv')).toEqual(source('images.csv'))
  })
  it('names the content by a SHA-256 over the SHA-256s of its blocks', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    expect(stateOf(ports).current?.annotations.contentHash).toBe(`sha256-${sha256(sha256(CSV)).toString('hex')}`)
  })
  it('sends one event when it is ready', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    const { importId } = stateOf(ports).current!
    expect(eventsOf(ports)).toEqual([
      {
        id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
        timestamp: '2026-01-02T03:04:05.000Z',
        type: 'dataset.ready',
        data: { dataset: 'small', importId },
        requestId: 'request-1',
      },
    ])
  })
  it('shows how far it is while it runs', async () => {
    const ports = await smallDataset()
    expect((await view(ports)).state).toBe('registered')
    await startImport('small', ports)
    const seen = [await view(ports)]
    await drain(ports, { after: async () => void seen.push(await view(ports)) })
    const totalBytes = seen[0]!.progress!.totalBytes
    const fetched = seen.flatMap(({ progress }) => (progress?.step === 'fetching' ? [progress.bytes] : []))
    expect(fetched).toEqual(fetched.toSorted((left, right) => left - right))
    expect(fetched[0]).toBe(0)
    expect(Math.max(...fetched)).toBe(totalBytes)
    expect(new Set(seen.map(({ state }) => state))).toEqual(new Set(['importing', 'ready']))
    expect(seen.at(-1)).not.toHaveProperty('progress')
  })
  it('says what it would do before it does anything', async () => {
    const ports = await smallDataset()
    const before = keysOf(ports)
    const outlook = await previewImport('small', ports)
    expect(outlook.files.map(({ source, parts }) => [source, parts])).toEqual([
      ['annotations', 1],
      ['classDescriptions', 1],
      ['hierarchy', 1],
      ['images', 1],
    ])
    expect(outlook.files[0]).toMatchObject({ uri: 's3://other/boxes.csv', bytes: CSV.length })
    expect(outlook.messages).toBe(8)
    expect(keysOf(ports)).toEqual(before)
    expect(ports.world.sent.tasks).toEqual([])
  })
  it('takes a dataset without an image list or a list of boxable classes', async () => {
    const { images: _, ...sources } = REGISTRATION.sources
    const ports = await smallDataset({}, { ...REGISTRATION, sources })
    await startImport('small', ports)
    await drain(ports)
    expect((await view(ports)).state).toBe('ready')
  })
  it('streams a web file whose server knows no ranges', async () => {
    const annotations = 'https://example.org/boxes.csv'
    const ports = await smallDataset({}, { ...REGISTRATION, sources: { ...REGISTRATION.sources, annotations } })
    ports.world.web.set(annotations, { bytes: Buffer.from(CSV), etag: undefined, ranges: false })
    await startImport('small', ports)
    await drain(ports)
    expect(ports.world.calls.filter(({ method }) => method === 'stream')).toHaveLength(1)
    expect(await view(ports)).toMatchObject({ state: 'ready', annotations: { bytes: CSV.length } })
  })
  it('reads a web file whose server knows ranges by ranges', async () => {
    const annotations = 'https://example.org/boxes.csv'
    const ports = await smallDataset({}, { ...REGISTRATION, sources: { ...REGISTRATION.sources, annotations } })
    ports.world.web.set(annotations, { bytes: Buffer.from(CSV), etag: '"1"', ranges: true })
    await startImport('small', ports)
    await drain(ports)
    expect(ports.world.calls.some(({ method }) => method === 'stream')).toBe(false)
    expect((await view(ports)).state).toBe('ready')
  })
})

describe('an import whose messages come in a strange way', () => {
  it.each([
    ['in the other order', { reversed: true }],
    ['twice', { times: 2 }],
    ['three times, in the other order', { times: 3, reversed: true }],
    ['all at once', { atOnce: true }],
    ['all at once, and twice', { atOnce: true, times: 2 }],
  ])('ends ready, with one event id: %s', async (_, options) => {
    const ports = await smallDataset()
    await startImport('small', ports)
    expect(await drain(ports, options)).toEqual([])
    expect(await view(ports)).toMatchObject({ state: 'ready', imageCount: 4 })
    expect(new Set(eventsOf(ports).map(({ id, type }) => `${type} ${id}`)).size).toBe(1)
  })
  it('goes on where messages were lost when it is started again, and only sends chunks without receipt', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports, { lost: (message) => 'chunk' in message && message.chunk % 2 === 1 })
    const [before] = [stateOf(ports).importing?.importId]
    await startImport('small', ports)
    const sent: number[] = []
    await drain(ports, {
      lost: (message) => {
        if ('chunk' in message && message.job === 'fetch-parts') sent.push(message.chunk)
        return false
      },
    })
    expect(sent).toEqual([1, 3])
    expect(stateOf(ports).current?.importId).toBe(before)
  })
})

describe('two workers on one part', () => {
  it('leave an import that is whole, though the part that was stored again has another ETag', async () => {
    const ports = await smallDataset({ 'images.csv': LARGE_IMAGE_LIST })
    await startImport('small', ports)
    const encrypted = { ...ports, uploads: encryptedUploads(ports) }
    expect(await drain(encrypted, { atOnce: true, times: 2 })).toEqual([])
    expect(await view(ports)).toMatchObject({ state: 'ready' })
  })
  it.each([
    ['small', CSV],
    ['in parts', csvOf(`${row(imageId(9), TIRE)}\n`.repeat(200_000).trimEnd())],
  ])('whose server gives each another file (%s) keep the first, and its hash', async (_, first) => {
    const annotations = 'https://example.org/boxes.csv'
    const ports = await smallDataset({}, { ...REGISTRATION, sources: { ...REGISTRATION.sources, annotations } })
    const serve = (text: string) =>
      ports.world.web.set(annotations, { bytes: Buffer.from(text), etag: undefined, ranges: false })
    serve(first)
    await startImport('small', ports)
    // The first dies before its receipt.
    ports.world.fault = ({ method, key }) => {
      if (method !== 'put' || !key.endsWith('/rounds/fetch/1/0000.json')) return undefined
      ports.world.fault = () => undefined
      serve(first.replaceAll(',0.1,', ',0.3,'))
      return 'before'
    }
    await drain(ports)
    const { importId, annotations: stored } = stateOf(ports).current!
    expect(textAt(ports, `${importId}/annotations-bbox.csv`) === first).toBe(true)
    const blocks = [first.slice(0, 8 << 20), first.slice(8 << 20)].filter((block) => block !== '')
    expect(stored.contentHash).toBe(`sha256-${sha256(...blocks.map((block) => sha256(block))).toString('hex')}`)
    expect(ports.world.uploads.open.size).toBe(0)
  })
})

describe('importing again', () => {
  it('keeps the older import readable, until the new one is whole', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    const first = stateOf(ports).current!
    putSources(ports, { 'boxes.csv': csvOf(row(imageId(9), TIRE)) })
    await startImport('small', ports)
    const seen: string[] = []
    const look = async () => {
      const { current, classes } = await readyDataset('small', ports)
      expect(classes.counts.imageCount).toBe(current.imageCount)
      seen.push(current.importId)
    }
    await look()
    await drain(ports, { after: look })
    expect(new Set(seen)).toEqual(new Set([first.importId, stateOf(ports).current!.importId]))
    expect(stateOf(ports).current).toMatchObject({ imageCount: 1 })
    expect(keysOf(ports)).toContain(`${first.importId}/annotations-bbox.csv`)
  })
  it('leaves the older import as it was when the new files are no good', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    const before = stateOf(ports).current
    putSources(ports, { 'boxes.csv': '<html>' })
    await startImport('small', ports)
    await drain(ports)
    expect(await view(ports)).toMatchObject({ state: 'failed', imageCount: 4, problem: { code: 'bad-source' } })
    expect((await readyDataset('small', ports)).current).toEqual(before)
  })
  it('forgets an older failure', async () => {
    const ports = await smallDataset({ 'boxes.csv': '<html>' })
    await startImport('small', ports)
    await drain(ports)
    expect((await view(ports)).state).toBe('failed')
    putSources(ports, { 'boxes.csv': CSV })
    await startImport('small', ports)
    await drain(ports)
    const ready = await view(ports)
    expect(ready.state).toBe('ready')
    expect(ready).not.toHaveProperty('problem')
  })
})

describe('two imports started at once', () => {
  it.each([undefined, 1, 2, 3])('are one (the second starts %p calls later)', async (later) => {
    const ports = await smallDataset()
    const second = Promise.withResolvers<unknown>()
    const start = ports.world.calls.length
    if (later !== undefined)
      ports.world.fault = (_, number) => {
        if (number === start + later) second.resolve(startImport('small', ports))
        return undefined
      }
    else second.resolve(startImport('small', ports))
    const [one, other] = await Promise.all([startImport('small', ports), second.promise])
    expect(one).toMatchObject({ importing: { importId: stateOf(ports).importing?.importId } })
    expect(other).toMatchObject({ importing: { importId: stateOf(ports).importing?.importId } })
    expect(await drain(ports)).toEqual([])
    expect((await view(ports)).state).toBe('ready')
    expect(eventsOf(ports)).toHaveLength(1)
    expect(new Set(keysOf(ports).map((key) => key.split('/')[0]))).toEqual(
      new Set(['dataset.json', stateOf(ports).current!.importId]),
    )
  })
})

describe('a dataset that cannot be read yet', () => {
  const why = (ports: MemoryPorts) => expect(readyDataset('small', ports)).rejects

  it('says what would make it so: an import, the end of one, or better files', async () => {
    const ports = await smallDataset()
    await why(ports).toMatchObject({
      code: 'wrong-state',
      message: expect.stringContaining('POST /v1/datasets/small/import'),
    })
    await startImport('small', ports)
    await why(ports).toMatchObject({ message: expect.stringContaining('its import runs') })
    putSources(ports, { 'boxes.csv': 'nothing\n' })
    await drain(ports)
    await why(ports).toMatchObject({ message: expect.stringContaining('its import failed.') })
  })
})
