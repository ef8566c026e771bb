import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { readyDataset } from '../../../shared/datasets/classes/class-files.ts'
import { describeDataset } from '../../../shared/datasets/describe.ts'
import { previewImport, startImport } from '../../../shared/datasets/import/start-import.ts'
import { getDataset } from '../../../shared/datasets/store.ts'
import type { Uploads } from '../../../shared/platform/storage/ports.ts'
import { drain } from '../../support/broker/drain.ts'
import {
  CSV,
  imageId,
  LARGE_IMAGE_LIST,
  listEvents,
  listKeys,
  PERSON,
  putSources,
  REGISTRATION,
  readDatasetState,
  row,
  smallDataset,
  TIRE,
  textAt,
  toCsv,
} from '../../support/fixtures/small-dataset.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const view = async (ports: MemoryPorts) => describeDataset('small', (await getDataset('small', ports)).value, ports)
const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Uploads as with SSE-KMS, where each upload of the same bytes has another ETag. */
function toEncryptedUploads({ uploads, world }: MemoryPorts): Uploads {
  let stored = 0
  const part: Uploads['part'] = async (key, uploadId, number, bytes) => {
    await uploads.part(key, uploadId, number, bytes)
    stored += 1
    world.uploads.open.get(`${uploadId} ${key}`)?.set(number, { ...memoryObject(bytes), etag: `"${stored}"` })
  }
  return { ...uploads, part }
}

describe('importing a dataset', () => {
  it('makes the dataset ready, with its counts, with one write', async () => {
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
    const { importId } = readDatasetState(ports).current!
    const stored = (name: string) => ports.world.stored.get(`s3://work/data/raw/small/${importId}/${name}`)?.bytes
    const source = (name: string) => ports.world.stored.get(`s3://other/${name}`)?.bytes
    expect(stored('annotations-bbox.csv')).toEqual(source('boxes.csv'))
    expect(stored('class-descriptions.csv')).toEqual(source('names.csv'))
    expect(stored('labels-hierarchy.json')).toEqual(source('hierarchy.json'))
    expect(stored('images.csv')).toEqual(source('images.csv'))
  })
  it('computes the content hash as the SHA-256 of the SHA-256s of its blocks', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    expect(readDatasetState(ports).current?.annotations.contentHash).toBe(
      `sha256-${sha256(sha256(CSV)).toString('hex')}`,
    )
  })
  it('publishes one event when the dataset is ready', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    const { importId } = readDatasetState(ports).current!
    expect(listEvents(ports)).toEqual([
      {
        id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
        timestamp: '2026-01-02T03:04:05.000Z',
        type: 'dataset.ready',
        data: { dataset: 'small', importId },
        requestId: 'request-1',
      },
    ])
  })
  it('reports its progress while it is running', async () => {
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
  it('is previewed without writing anything', async () => {
    const ports = await smallDataset()
    const before = listKeys(ports)
    const preview = await previewImport('small', ports)
    expect(preview.files.map(({ source, parts }) => [source, parts])).toEqual([
      ['annotations', 1],
      ['classDescriptions', 1],
      ['hierarchy', 1],
      ['images', 1],
    ])
    expect(preview.files[0]).toMatchObject({ uri: 's3://other/boxes.csv', bytes: CSV.length })
    expect(preview.messages).toBe(9)
    expect(listKeys(ports)).toEqual(before)
    expect(ports.world.sent.tasks).toEqual([])
  })
  it('accepts a dataset without an image list and a list of boxable classes', async () => {
    const { images: _, ...sources } = REGISTRATION.sources
    const ports = await smallDataset({}, { ...REGISTRATION, sources })
    await startImport('small', ports)
    await drain(ports)
    expect((await view(ports)).state).toBe('ready')
  })
  it('streams a web file whose server does not support ranges', async () => {
    const annotations = 'https://example.org/boxes.csv'
    const ports = await smallDataset({}, { ...REGISTRATION, sources: { ...REGISTRATION.sources, annotations } })
    ports.world.web.set(annotations, { bytes: Buffer.from(CSV), etag: undefined, ranges: false })
    await startImport('small', ports)
    await drain(ports)
    expect(ports.world.calls.filter(({ method }) => method === 'stream')).toHaveLength(1)
    expect(await view(ports)).toMatchObject({ state: 'ready', annotations: { bytes: CSV.length } })
  })
  it('reads a web file by ranges if its server supports them', async () => {
    const annotations = 'https://example.org/boxes.csv'
    const ports = await smallDataset({}, { ...REGISTRATION, sources: { ...REGISTRATION.sources, annotations } })
    ports.world.web.set(annotations, { bytes: Buffer.from(CSV), etag: '"1"', ranges: true })
    await startImport('small', ports)
    await drain(ports)
    expect(ports.world.calls.some(({ method }) => method === 'stream')).toBe(false)
    expect((await view(ports)).state).toBe('ready')
  })
})

describe('an import with unusual delivery of messages', () => {
  it.each([
    ['in reverse order', { reversed: true }],
    ['twice', { times: 2 }],
    ['three times, in reverse order', { times: 3, reversed: true }],
    ['all at once', { atOnce: true }],
    ['all at once, and twice', { atOnce: true, times: 2 }],
  ])('makes the dataset ready, with one event id: %s', async (_, options) => {
    const ports = await smallDataset()
    await startImport('small', ports)
    expect(await drain(ports, options)).toEqual([])
    expect(await view(ports)).toMatchObject({ state: 'ready', imageCount: 4 })
    expect(new Set(listEvents(ports).map(({ id, type }) => `${type} ${id}`)).size).toBe(1)
  })
  it('resumes after messages were lost when it is started again, and sends only chunks without a receipt', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports, { lost: (message) => 'chunk' in message && message.chunk % 2 === 1 })
    const [before] = [readDatasetState(ports).importing?.importId]
    await startImport('small', ports)
    const sent: number[] = []
    await drain(ports, {
      lost: (message) => {
        if ('chunk' in message && message.job === 'fetch-parts') sent.push(message.chunk)
        return false
      },
    })
    expect(sent).toEqual([1, 3])
    expect(readDatasetState(ports).current?.importId).toBe(before)
  })
})

describe('two workers fetching the same part', () => {
  it('complete the import, although the part that was stored twice has another ETag', async () => {
    const ports = await smallDataset({ 'images.csv': LARGE_IMAGE_LIST })
    await startImport('small', ports)
    const encrypted = { ...ports, uploads: toEncryptedUploads(ports) }
    expect(await drain(encrypted, { atOnce: true, times: 2 })).toEqual([])
    expect(await view(ports)).toMatchObject({ state: 'ready' })
  })
  it.each([
    ['small', CSV],
    ['in parts', toCsv(`${row(imageId(9), TIRE)}\n`.repeat(200_000).trimEnd())],
  ])('keep the first file and its hash when the server sends each a different file (%s)', async (_, first) => {
    const annotations = 'https://example.org/boxes.csv'
    const ports = await smallDataset({}, { ...REGISTRATION, sources: { ...REGISTRATION.sources, annotations } })
    const serve = (text: string) =>
      ports.world.web.set(annotations, { bytes: Buffer.from(text), etag: undefined, ranges: false })
    serve(first)
    await startImport('small', ports)
    // The first worker crashes before it writes its receipt.
    ports.world.fault = ({ method, key }) => {
      if (method !== 'put' || !key.endsWith('/rounds/fetch/1/0000.json')) return undefined
      ports.world.fault = () => undefined
      serve(first.replaceAll(',0.1,', ',0.3,'))
      return 'before'
    }
    await drain(ports)
    const { importId, annotations: stored } = readDatasetState(ports).current!
    expect(textAt(ports, `${importId}/annotations-bbox.csv`) === first).toBe(true)
    const blocks = [first.slice(0, 8 << 20), first.slice(8 << 20)].filter((block) => block !== '')
    expect(stored.contentHash).toBe(`sha256-${sha256(...blocks.map((block) => sha256(block))).toString('hex')}`)
    expect(ports.world.uploads.open.size).toBe(0)
  })
})

describe('importing a dataset again', () => {
  it('keeps the previous import readable until the new one is complete', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    const first = readDatasetState(ports).current!
    putSources(ports, { 'boxes.csv': toCsv(row(imageId(9), TIRE)) })
    await startImport('small', ports)
    const seen: string[] = []
    const readCurrent = async () => {
      const { current, classes } = await readyDataset('small', ports)
      expect(classes.counts.imageCount).toBe(current.imageCount)
      seen.push(current.importId)
    }
    await readCurrent()
    await drain(ports, { after: readCurrent })
    expect(new Set(seen)).toEqual(new Set([first.importId, readDatasetState(ports).current!.importId]))
    expect(readDatasetState(ports).current).toMatchObject({ imageCount: 1 })
    expect(listKeys(ports)).toContain(`${first.importId}/annotations-bbox.csv`)
  })
  it('keeps the previous import when the new files are invalid', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    const before = readDatasetState(ports).current
    putSources(ports, { 'boxes.csv': '<html>' })
    await startImport('small', ports)
    await drain(ports)
    expect(await view(ports)).toMatchObject({ state: 'failed', imageCount: 4, problem: { code: 'bad-source' } })
    expect((await readyDataset('small', ports)).current).toEqual(before)
  })
  it('clears a previous failure', async () => {
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

describe('two concurrent starts of an import', () => {
  it.each([undefined, 1, 2, 3])('result in one import (the second starts %p calls later)', async (later) => {
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
    expect(one).toMatchObject({ importing: { importId: readDatasetState(ports).importing?.importId } })
    expect(other).toMatchObject({ importing: { importId: readDatasetState(ports).importing?.importId } })
    expect(await drain(ports)).toEqual([])
    expect((await view(ports)).state).toBe('ready')
    expect(listEvents(ports)).toHaveLength(1)
    expect(new Set(listKeys(ports).map((key) => key.split('/')[0]))).toEqual(
      new Set(['dataset.json', readDatasetState(ports).current!.importId]),
    )
  })
})

describe('readyDataset', () => {
  const expectRejection = (ports: MemoryPorts) => expect(readyDataset('small', ports)).rejects

  it('names the reason: no import, a running import, or a failed import', async () => {
    const ports = await smallDataset()
    await expectRejection(ports).toMatchObject({
      code: 'wrong-state',
      message: expect.stringContaining('POST /v1/datasets/small/import'),
    })
    await startImport('small', ports)
    await expectRejection(ports).toMatchObject({ message: expect.stringContaining('running') })
    putSources(ports, { 'boxes.csv': 'nothing\n' })
    await drain(ports)
    await expectRejection(ports).toMatchObject({ message: expect.stringContaining('failed') })
  })
})
