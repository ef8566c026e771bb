import { describe, expect, it } from '@jest/globals'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { previewJob } from '../../../shared/labeling/jobs/preview.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { copyOf } from '../../support/fixtures/pets.ts'
import { copiedPorts, create, jobFor, textAt } from '../../support/labeling-jobs.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'
import { memoryObject } from '../../support/world/world.ts'

const KEY = 'data/b/manifests/input.manifest'
const FIRST = 'data/b/manifests/cats-1/input.manifest'

const plain = (number: number, fields: object = {}): string =>
  JSON.stringify({ 'source-ref': copyOf('b', number), ...fields })

/** The known boxes under an attribute; with `changes` to the one there is. */
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

const outlook = (ports: MemoryPorts, changes: Record<string, unknown> = {}) =>
  previewJob('cats-1', jobFor(changes), ports)

describe('the objects of a job', () => {
  it('are the copies where the batch has no manifest', async () => {
    const ports = await copiedPorts()
    expect(await outlook(ports)).toMatchObject({ objects: 5, objectsFrom: 'copies' })
    expect(await outlook(ports, { mode: 'adjust' })).toMatchObject({ objects: 5, objectsFrom: 'copies' })
  })

  it('are the lines of its manifest, whatever else is copied, and they keep what else they say', async () => {
    const ports = await withManifest(plain(2, { note: 'mine' }), plain(4))
    expect(await outlook(ports)).toMatchObject({ objects: 2, objectsFrom: 'manifest' })
    await create(ports)
    expect(sent(ports)).toEqual([{ 'source-ref': copyOf('b', 2), note: 'mine' }, { 'source-ref': copyOf('b', 4) }])
  })

  it('get the known boxes where they need some and the manifest has none', async () => {
    const ports = await withManifest(plain(4), plain(2, { note: 'mine' }))
    expect(await outlook(ports, { mode: 'adjust' })).toMatchObject({
      objects: 2,
      objectsFrom: 'manifest',
      priorAttribute: 'open-images-boxes',
    })
    await create(ports, 'cats-1', { mode: 'adjust' })
    expect(
      sent(ports).map((line) => [line['source-ref'], line.note, Object.hasOwn(line, 'open-images-boxes')]),
    ).toEqual([
      [copyOf('b', 2), 'mine', true],
      [copyOf('b', 4), undefined, true],
    ])
  })

  it('start from the boxes that the manifest has, those of Open Images before others', async () => {
    const own = await withManifest(plain(1, boxes('mine')))
    expect(await outlook(own, { mode: 'adjust' })).toMatchObject({ objects: 1, priorAttribute: 'mine' })
    const both = await withManifest(plain(1, { ...boxes('a'), ...boxes('open-images-boxes') }))
    expect(await outlook(both, { mode: 'verify' })).toMatchObject({ priorAttribute: 'open-images-boxes' })
  })

  it('are those that a batch without one would write', async () => {
    const ports = await copiedPorts()
    await create(ports)
    await writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)
    expect(textAt(ports, FIRST)).toBe(textAt(ports, KEY))
  })
})

describe('a manifest that somebody has changed', () => {
  const deep = `{"source-ref":"${copyOf('b', 1)}","x":${'['.repeat(12_000)}${']'.repeat(12_000)}}`
  const elsewhere = (uri: string) => JSON.stringify({ 'source-ref': uri })

  it.each([
    ['that is empty', [], {}, 'body.batch', /no image to label/],
    ['with a blank line before all', ['', plain(1)], {}, 'manifest line 1', /one JSON object/],
    ['with a byte order mark', [`\uFEFF${plain(1)}`], {}, 'manifest line 1', /byte order mark/],
    [
      'with images of another bucket',
      [elsewhere('s3://other/a.jpg')],
      {},
      'manifest line 1',
      /must be a .jpg or .png in s3:\/\/work\/data\//,
    ],
    [
      'with what is no image of a batch',
      [elsewhere('s3://work/system/tokens/a.json')],
      {},
      'manifest line 1',
      /system/,
    ],
    ['with a way out', [elsewhere('s3://work/data/../system/a.json')], {}, 'manifest line 1', /png in/],
    ['with a bucket alone', [elsewhere('s3://work/data/')], {}, 'manifest line 1', /png in/],
    ['nested without end', [deep], {}, 'manifest line 1', /"x" must have at most 20000 characters/],
    [
      'with a box that is none',
      [plain(1, boxes('mine', { width: -5 }))],
      { mode: 'adjust' },
      'manifest line 1',
      /must have boxes in mine: .*width/,
    ],
    [
      'with a class that has no name',
      [plain(1, boxes('mine', { class_id: 7 }))],
      { mode: 'adjust' },
      'manifest line 1',
      /class 7 is not in its class-map/,
    ],
    [
      'with a class that cannot be chosen',
      [plain(1, boxes('mine', {}, { 0: 'Dog' }))],
      { mode: 'adjust' },
      'manifest line 1',
      /"Dog", which workers could not choose/,
    ],
    [
      'with a line that has lost its boxes',
      [plain(1, boxes('mine')), plain(2)],
      { mode: 'adjust' },
      'manifest line 2',
      /it is unlabeled/,
    ],
    [
      'with images that have no known boxes',
      [plain(1), elsewhere('s3://work/data/c/images/x.jpg')],
      { mode: 'adjust' },
      'manifest line 2',
      /it is unlabeled/,
    ],
  ])('%s is refused, and told where', async (_, lines, changes, at, message) => {
    const ports = await withManifest(...lines)
    await expect(outlook(ports, changes)).rejects.toMatchObject({
      code: 'preflight-failed',
      issues: [{ at, message: expect.stringMatching(message) }],
    })
  })

  it('into bytes that are no UTF-8 is refused', async () => {
    const ports = await copiedPorts()
    const bytes = Buffer.concat([Buffer.from(`${plain(1)}\n{"source-ref":"`), Buffer.from([0xff]), Buffer.from('"}\n')])
    ports.world.stored.set(`s3://work/${KEY}`, memoryObject(bytes))
    await expect(outlook(ports)).rejects.toMatchObject({ issues: [{ at: 'manifest line 2' }] })
  })

  it('with a line longer than is ever read is refused with everything else', async () => {
    const ports = await withManifest(plain(1, { x: 'x'.repeat(2 << 20) }))
    await expect(outlook(ports, { taskTitle: '' })).rejects.toMatchObject({
      issues: [{ at: 'body.taskTitle' }, { at: 'manifest', message: expect.stringContaining('longer than') }],
    })
  })

  it('without end is read no further than its first twenty faults, or as a job may have lines', async () => {
    const ports = await withManifest('x\n'.repeat(1_000_000))
    const refusal = outlook(ports)
    await expect(refusal).rejects.toMatchObject({
      issues: expect.arrayContaining([{ at: 'manifest', message: 'no more of it was looked at behind line 20' }]),
    })
    const reads = ports.world.calls.filter(({ key, method }) => method === 'read' && key.endsWith(KEY))
    expect(reads.length).toBeLessThanOrEqual(6)
  })

  it('with very long class names is answered shortly', async () => {
    const ports = await withManifest(plain(1, boxes('mine')), plain(2, boxes('mine', {}, { 0: '"'.repeat(200) })))
    const refusal = await outlook(ports, { mode: 'adjust' }).catch((error: unknown) => error)
    expect(JSON.stringify(refusal).length).toBeLessThan(2000)
    expect(refusal).toMatchObject({ issues: [{ at: 'manifest line 2' }] })
  })

  it.each([
    ['to fewer lines', [plain(1)]],
    ['to lines with a label', [plain(1, { labels: 1 }), plain(2)]],
    ['to lines that are none', [plain(1), 'x']],
  ])('between looking and writing %s is refused, and nothing is left', async (_, lines) => {
    const ports = await withManifest(plain(1), plain(2))
    ports.world.fault = ({ method, key }) => {
      if (method === 'put' && key.startsWith('system/'))
        ports.world.stored.set(`s3://work/${KEY}`, memoryObject(lines.map((line) => `${line}\n`).join('')))
      return undefined
    }
    await expect(create(ports)).rejects.toMatchObject({
      code: 'preflight-failed',
      message: expect.stringMatching(/anew|line 2/),
    })
    expect(textAt(ports, FIRST)).toBeUndefined()
    expect(textAt(ports, 'system/labeling-jobs/cats-1.json')).toBeUndefined()
  })
})

describe('a line that is nested deeper than can be written again', () => {
  const nested = `{"source-ref":"${copyOf('b', 1)}","x":${'['.repeat(9000)}${']'.repeat(9000)}}`

  it('goes on as it is', async () => {
    const ports = await withManifest(nested)
    await create(ports)
    expect(textAt(ports, FIRST)).toBe(`${nested}\n`)
  })

  it('cannot be given boxes', async () => {
    const ports = await withManifest(nested)
    await expect(outlook(ports, { mode: 'adjust' })).rejects.toMatchObject({ issues: [{ at: 'manifest line 1' }] })
  })
})
