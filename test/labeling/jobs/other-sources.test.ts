import { describe, expect, it } from '@jest/globals'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { getJob } from '../../../shared/labeling/jobs/get.ts'
import { create, endAndPublish, textAt } from '../../support/fixtures/labeling-jobs.ts'
import { CAT, cats, imageId, jpeg, row, toSourceUri } from '../../support/fixtures/pets.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'
import {
  adjust,
  codes,
  copied,
  copy,
  edit,
  huge,
  manifestTexts,
  preview,
  putLines,
  sum,
  withManifest,
} from './copied-batches.ts'

/** Adds a label to a line, as the service does. */
const withLabel = (line: string, attribute = 'labels'): string =>
  JSON.stringify({
    ...JSON.parse(line),
    [attribute]: { annotations: [], image_size: [{ width: 400, height: 200, depth: 3 }] },
    [`${attribute}-metadata`]: { objects: [], 'class-map': {}, type: 'groundtruth/object-detection' },
  })

describe('a labeling job on an edited manifest', () => {
  it('counts the images that the manifest lacks, and does not warn about them', async () => {
    const ports = await withManifest(copied(cats(5)))
    edit(ports, manifestTexts(ports).slice(0, 3))
    const answer = await preview(ports)
    expect(answer).toMatchObject({
      objects: 3,
      omittedCount: 2,
      omittedByOutcome: { 'not-in-manifest': 2 },
      omitted: [],
    })
    expect([codes(answer), sum(answer)]).toEqual([[], 5])
  })

  it('still lists the images that have no good copy', async () => {
    const ports = await withManifest(copied(cats(5), { 2: undefined }))
    edit(ports, manifestTexts(ports).slice(0, 3))
    const answer = await preview(ports)
    expect(answer.omittedByOutcome).toEqual({ missing: 1, 'not-in-manifest': 1 })
    expect(answer.omitted).toMatchObject([{ imageId: imageId(2), outcome: 'missing' }])
    expect(codes(answer)).toEqual(['images-omitted'])
  })

  it.each([{}, adjust])('keeps lines that repeat an image, and counts them apart: %j', async (request) => {
    const ports = await withManifest(copied(cats(5)))
    const lines = manifestTexts(ports)
    edit(ports, [...lines, ...lines.slice(1, 3)])
    const answer = await preview(ports, request)
    expect(answer).toMatchObject({ objects: 7, omittedCount: 0, extraLines: 2 })
    expect(sum(answer)).toBe(5)
  })

  it('keeps the boxes that its editor gave an image whose known boxes do not fit, unless the image is too large', async () => {
    const crowd = (number: number) => Array<string>(500).fill(row(number, CAT))
    const ports = await withManifest(copied([row(1, CAT), ...crowd(2), ...crowd(3)], { 3: huge() }))
    edit(
      ports,
      manifestTexts(ports).map((line, at) => (at === 0 ? line : withLabel(line, 'open-images-boxes'))),
    )
    const answer = await preview(ports, adjust)
    expect(answer).toMatchObject({ objects: 2, omitted: [{ imageId: imageId(3), outcome: 'too-many-pixels' }] })
  })

  it('keeps lines for images that are not of the batch, of whose size nothing is known', async () => {
    const ports = await withManifest(copied(cats(5)))
    edit(ports, [...manifestTexts(ports), JSON.stringify({ 'source-ref': 's3://work/data/test/0.jpg' })])
    expect(await preview(ports)).toMatchObject({ objects: 6, omittedCount: 0, extraLines: 1 })
  })

  it.each([
    ['at the end', (lines: string[]) => [...lines, '', '']],
    ['between lines', (lines: string[]) => lines.flatMap((line) => [line, ' \t'])],
    ['at the beginning', (lines: string[]) => ['\r', ...lines]],
  ])('takes blank lines %s for no lines', async (_, change) => {
    const ports = await withManifest(copied(cats(5)))
    edit(ports, change(manifestTexts(ports)))
    for (const request of [{}, adjust])
      expect(await preview(ports, request)).toMatchObject({ objects: 5, omittedCount: 0, extraLines: 0 })
    await create(ports)
    expect(textAt(ports, 'data/b/manifests/cats-1/input.manifest')).not.toMatch(/\n\s*\n/)
  })
})

describe('a job that is continued', () => {
  const KINDS = ['labeled', 'expired', 'unlabeled', 'unlabeled'] as const

  it('hands on what it left out, with the reasons', async () => {
    const ports = await copied()
    await create(ports, 'cats-1', adjust)
    const lines = (textAt(ports, 'data/b/manifests/cats-1/input.manifest') ?? '').trimEnd().split('\n')
    await endAndPublish(ports, 'cats-1', 'Stopped', ['labeled', 'unlabeled', 'unlabeled', 'unlabeled'])
    const output = lines.map((line, at) => (at === 0 ? withLabel(line) : line))
    putLines(ports, 'data/b/cats-1/manifests/output/output.manifest', output)
    const answer = await preview(ports, { continueFrom: 'cats-1', ...adjust }, 'cats-2')
    expect(answer).toMatchObject({
      ...{ objects: 3, alreadyLabeled: 1, objectsFrom: 'job', omittedCount: 1 },
      omitted: [{ imageId: imageId(3), outcome: 'attribute-too-long' }],
    })
    expect([codes(answer), sum(answer)]).toEqual([['images-omitted'], 5])
  })

  it('has no warning when it had all images', async () => {
    const ports = await copied(cats(4))
    await create(ports)
    await endAndPublish(ports, 'cats-1', 'Stopped', KINDS)
    const answer = await preview(ports, { continueFrom: 'cats-1' }, 'cats-2')
    expect([answer.omittedCount, codes(answer)]).toEqual([0, []])
  })

  it('may have blank lines in its results', async () => {
    const ports = await copied(cats(4))
    await create(ports)
    await endAndPublish(ports, 'cats-1', 'Stopped', KINDS)
    const key = 'data/b/cats-1/manifests/output/output.manifest'
    putLines(ports, key, (textAt(ports, key) ?? '').replace('\n', '\n\n').split('\n'))
    expect(await preview(ports, { continueFrom: 'cats-1' }, 'cats-2')).toMatchObject({ objects: 3, alreadyLabeled: 1 })
  })

  it('lists an image that was copied since, as only another job can label it', async () => {
    const ports = await copied(cats(5), { 5: undefined })
    await create(ports)
    await endAndPublish(ports, 'cats-1', 'Stopped', KINDS)
    ports.world.stored.set(toSourceUri(5), memoryObject(jpeg(40, 20), 'image/jpeg'))
    await copy(ports)
    const answer = await preview(ports, { continueFrom: 'cats-1' }, 'cats-2')
    expect(answer).toMatchObject({ omitted: [{ imageId: imageId(5), outcome: 'manifest-outdated' }] })
  })

  it('does not hand on images that are too large, which an older version sent to workers', async () => {
    const ports = await copied(cats(4))
    await create(ports)
    await endAndPublish(ports, 'cats-1', 'Completed', KINDS)
    for (const key of [...ports.world.stored.keys()].filter(
      (uri) => uri.includes('/copies/') && uri.endsWith('/0000.json'),
    ))
      for (const number of [1, 2]) resize(ports, key, imageId(number))
    const answer = await preview(ports, { continueFrom: 'cats-1' }, 'cats-2')
    expect(answer).toMatchObject({ objects: 2, alreadyLabeled: 1, omitted: [{ imageId: imageId(2) }] })
    await create(ports, 'cats-2', { continueFrom: 'cats-1' })
    await expect(getJob('cats-2', ports)).resolves.toMatchObject({ omittedByOutcome: { 'too-many-pixels': 1 } })
  })
})

/** Makes the receipt of a chunk say that an image has too many pixels. */
function resize(ports: MemoryPorts, key: string, id: string): void {
  const receipt = JSON.parse(Buffer.from(ports.world.stored.get(key)?.bytes ?? []).toString())
  for (const image of receipt.images) if (image.imageId === id) Object.assign(image, { width: 20_000, height: 20_000 })
  ports.world.stored.set(key, memoryObject(JSON.stringify(receipt)))
}

describe('a batch whose records are damaged', () => {
  const receiptOf = (ports: MemoryPorts): string =>
    [...ports.world.stored.keys()].find((uri) => uri.includes('/copies/') && uri.endsWith('/0000.json')) ?? ''

  it('is labeled by its manifest although a receipt is damaged, whose images are then not checked', async () => {
    const ports = await withManifest(copied(cats(5), { 2: huge() }))
    ports.world.stored.set(receiptOf(ports), memoryObject('damaged'))
    expect(await preview(ports)).toMatchObject({ objects: 5, omittedCount: 0 })
  })

  it('has images of unknown outcome where neither manifest nor receipt has them', async () => {
    const ports = await withManifest(copied(cats(5), { 2: undefined }))
    ports.world.stored.set(receiptOf(ports), memoryObject('damaged'))
    expect(await preview(ports)).toMatchObject({ objects: 4, omittedByOutcome: { unknown: 1 } })
  })
})

describe('the state of a job that is written again', () => {
  const STATE = 's3://work/system/labeling-jobs/cats-1.json'
  const stateOf = ({ world }: MemoryPorts) =>
    JSON.parse(Buffer.from(world.stored.get(STATE)?.bytes ?? []).toString()).omissions

  it('has the images that the job leaves out', async () => {
    const ports = await copied(cats(5), { 2: huge(), 3: undefined })
    await create(ports)
    const before = stateOf(ports)
    ports.world.stored.set(STATE, memoryObject('damaged'))
    await create(ports)
    expect(stateOf(ports)).toEqual(before)
    expect(before.omittedByOutcome).toEqual({ missing: 1, 'too-many-pixels': 1 })
  })

  it('lacks them while the batch is copied again', async () => {
    const ports = await copied(cats(5), { 3: undefined })
    await create(ports)
    await startCopy('b', ports)
    ports.world.stored.set(STATE, memoryObject('damaged'))
    await create(ports)
    expect(stateOf(ports)).toBeUndefined()
    expect(await getJob('cats-1', ports)).toMatchObject({ counters: { total: 4 } })
  })
})
