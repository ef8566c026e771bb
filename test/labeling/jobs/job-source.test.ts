import { describe, expect, it } from '@jest/globals'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { previewJob } from '../../../shared/labeling/jobs/preview.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { copiedPorts, create, jobFor, textAt } from '../../support/fixtures/labeling-jobs.ts'
import { toCopyUri } from '../../support/fixtures/pets.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const KEY = 'data/b/manifests/input.manifest'
const FIRST = 'data/b/manifests/cats-1/input.manifest'

const plain = (number: number, fields: object = {}): string =>
  JSON.stringify({ 'source-ref': toCopyUri('b', number), ...fields })

/** One box under an attribute, with `changes` to it. */
const boxes = (attribute: string, changes: object = {}, classMap: object = { 0: 'Cat' }) => ({
  [attribute]: { annotations: [{ class_id: 0, left: 1, top: 2, width: 3, height: 4, ...changes }], image_size: [] },
  [`${attribute}-metadata`]: {
    objects: [{ confidence: 1 }],
    'class-map': classMap,
    type: 'groundtruth/object-detection',
  },
})

async function withManifest(...lines: readonly string[]): Promise<MemoryPorts> {
  const ports = await copiedPorts()
  ports.world.stored.set(`s3://work/${KEY}`, memoryObject(lines.map((line) => `${line}\n`).join('')))
  return ports
}

const sent = (ports: MemoryPorts): Record<string, unknown>[] =>
  (textAt(ports, FIRST) ?? '')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

const preview = (ports: MemoryPorts, changes: Record<string, unknown> = {}) =>
  previewJob('cats-1', jobFor(changes), ports)

describe('the objects of a labeling job', () => {
  it('are the copied images when the batch has no manifest', async () => {
    const ports = await copiedPorts()
    expect(await preview(ports)).toMatchObject({ objects: 5, objectsFrom: 'copies' })
    expect(await preview(ports, { mode: 'adjust' })).toMatchObject({ objects: 5, objectsFrom: 'copies' })
  })

  it('are the lines of the manifest when there is one, with all their fields', async () => {
    const ports = await withManifest(plain(2, { note: 'mine' }), plain(4))
    expect(await preview(ports)).toMatchObject({ objects: 2, objectsFrom: 'manifest' })
    await create(ports)
    expect(sent(ports)).toEqual([
      { 'source-ref': toCopyUri('b', 2), note: 'mine' },
      { 'source-ref': toCopyUri('b', 4) },
    ])
  })

  it('get the Open Images boxes when the mode needs boxes and the manifest has none', async () => {
    const ports = await withManifest(plain(4), plain(2, { note: 'mine' }))
    expect(await preview(ports, { mode: 'adjust' })).toMatchObject({
      objects: 2,
      objectsFrom: 'manifest',
      priorAttribute: 'open-images-boxes',
    })
    await create(ports, 'cats-1', { mode: 'adjust' })
    expect(
      sent(ports).map((line) => [line['source-ref'], line.note, Object.hasOwn(line, 'open-images-boxes')]),
    ).toEqual([
      [toCopyUri('b', 2), 'mine', true],
      [toCopyUri('b', 4), undefined, true],
    ])
  })

  it('keep the boxes of the manifest, and prefer those of Open Images', async () => {
    const own = await withManifest(plain(1, boxes('mine')))
    expect(await preview(own, { mode: 'adjust' })).toMatchObject({ objects: 1, priorAttribute: 'mine' })
    const both = await withManifest(plain(1, { ...boxes('a'), ...boxes('open-images-boxes') }))
    expect(await preview(both, { mode: 'verify' })).toMatchObject({ priorAttribute: 'open-images-boxes' })
  })

  it('are the same as the lines that the batch would write into its manifest', async () => {
    const ports = await copiedPorts()
    await create(ports)
    await writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)
    expect(textAt(ports, FIRST)).toBe(textAt(ports, KEY))
  })
})

describe('a manifest that was changed by hand', () => {
  const deep = `{"source-ref":"${toCopyUri('b', 1)}","x":${'['.repeat(12_000)}${']'.repeat(12_000)}}`
  const elsewhere = (uri: string) => JSON.stringify({ 'source-ref': uri })

  it.each([
    ['is empty', [], {}, 'body.batch', /"b"/],
    ['is wrong after a blank line', ['', plain(1), 'x'], {}, 'manifest line 3', /one JSON object/],
    ['begins with a byte order mark', [`\uFEFF${plain(1)}`], {}, 'manifest line 1', /byte order mark/],
    [
      'has images in another bucket',
      [elsewhere('s3://other/a.jpg')],
      {},
      'manifest line 1',
      /s3:\/\/work\/data\/.*"s3:\/\/other\/a.jpg"/,
    ],
    [
      'has an object outside the data prefix',
      [elsewhere('s3://work/system/tokens/a.json')],
      {},
      'manifest line 1',
      /system/,
    ],
    ['has a path with ..', [elsewhere('s3://work/data/../system/a.json')], {}, 'manifest line 1', /source-ref/],
    ['has a URI without a key', [elsewhere('s3://work/data/')], {}, 'manifest line 1', /source-ref/],
    ['is nested very deeply', [deep], {}, 'manifest line 1', /20000 .*"x"/],
    [
      'has an invalid box',
      [plain(1, boxes('mine', { width: -5 }))],
      { mode: 'adjust' },
      'manifest line 1',
      /mine.*width/,
    ],
    [
      'has a class without a name',
      [plain(1, boxes('mine', { class_id: 7 }))],
      { mode: 'adjust' },
      'manifest line 1',
      /7.*class-map/,
    ],
    [
      'has a class that workers cannot choose',
      [plain(1, boxes('mine', {}, { 0: 'Dog' }))],
      { mode: 'adjust' },
      'manifest line 1',
      /"Dog"/,
    ],
    [
      'has a line without boxes',
      [plain(1, boxes('mine')), plain(2)],
      { mode: 'adjust' },
      'manifest line 2',
      /unlabeled/,
    ],
    [
      'has an image without Open Images boxes',
      [plain(1), elsewhere('s3://work/data/c/images/x.jpg')],
      { mode: 'adjust' },
      'manifest line 2',
      /unlabeled/,
    ],
  ])('is refused with the line when it %s', async (_, lines, changes, at, message) => {
    const ports = await withManifest(...lines)
    await expect(preview(ports, changes)).rejects.toMatchObject({
      code: 'preflight-failed',
      issues: [{ at, message: expect.stringMatching(message) }],
    })
  })

  it('is refused when it is not UTF-8', async () => {
    const ports = await copiedPorts()
    const bytes = Buffer.concat([Buffer.from(`${plain(1)}\n{"source-ref":"`), Buffer.from([0xff]), Buffer.from('"}\n')])
    ports.world.stored.set(`s3://work/${KEY}`, memoryObject(bytes))
    await expect(preview(ports)).rejects.toMatchObject({ issues: [{ at: 'manifest line 2' }] })
  })

  it('is refused along with other issues when a line is too long to be read', async () => {
    const ports = await withManifest(plain(1, { x: 'x'.repeat(2 << 20) }))
    await expect(preview(ports, { taskTitle: '' })).rejects.toMatchObject({
      issues: [{ at: 'body.taskTitle' }, { at: 'manifest', message: expect.stringContaining('bytes') }],
    })
  })

  it('is read only up to its twentieth issue', async () => {
    const ports = await withManifest('x\n'.repeat(1_000_000))
    const refusal = preview(ports)
    await expect(refusal).rejects.toMatchObject({
      issues: expect.arrayContaining([{ at: 'manifest', message: expect.stringContaining('line 20') }]),
    })
    const reads = ports.world.calls.filter(({ key, method }) => method === 'read' && key.endsWith(KEY))
    expect(reads.length).toBeLessThanOrEqual(6)
  })

  it('is refused with a short message when class names are very long', async () => {
    const ports = await withManifest(plain(1, boxes('mine')), plain(2, boxes('mine', {}, { 0: '"'.repeat(200) })))
    const refusal = await preview(ports, { mode: 'adjust' }).catch((error: unknown) => error)
    expect(JSON.stringify(refusal).length).toBeLessThan(2000)
    expect(refusal).toMatchObject({ issues: [{ at: 'manifest line 2' }] })
  })

  it.each([
    ['has fewer lines', [plain(1)]],
    ['has lines with a label', [plain(1, { labels: 1 }), plain(2)]],
    ['has invalid lines', [plain(1), 'x']],
  ])('is refused without leaving anything behind when it %s after the check', async (_, lines) => {
    const ports = await withManifest(plain(1), plain(2))
    ports.world.fault = ({ method, key }) => {
      if (method === 'put' && key.startsWith('system/'))
        ports.world.stored.set(`s3://work/${KEY}`, memoryObject(lines.map((line) => `${line}\n`).join('')))
      return undefined
    }
    await expect(create(ports)).rejects.toMatchObject({
      code: 'preflight-failed',
      issues: [{ at: expect.stringMatching(/^(body\.batch|manifest line 2)$/) }],
    })
    expect(textAt(ports, FIRST)).toBeUndefined()
    expect(textAt(ports, 'system/labeling-jobs/cats-1.json')).toBeUndefined()
  })
})

describe('a line that is nested too deeply to be serialized', () => {
  const nested = `{"source-ref":"${toCopyUri('b', 1)}","x":${'['.repeat(9000)}${']'.repeat(9000)}}`

  it('is copied unchanged', async () => {
    const ports = await withManifest(nested)
    await create(ports)
    expect(textAt(ports, FIRST)).toBe(`${nested}\n`)
  })

  it('is refused when boxes would have to be added', async () => {
    const ports = await withManifest(nested)
    await expect(preview(ports, { mode: 'adjust' })).rejects.toMatchObject({ issues: [{ at: 'manifest line 1' }] })
  })
})
