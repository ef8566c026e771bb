import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { getCopy, previewCopy, startCopy } from '../../shared/copying/start-copy.ts'
import { drain } from '../support/broker/drain.ts'
import { crashAtEachCall } from '../support/crash/crash-at-each-call.ts'
import { retryUntilDone } from '../support/crash/retry.ts'
import { imageId, jpeg, listBatchKeys, toCopyUri, toSourceUri } from '../support/fixtures/pets.ts'
import { jsonAt, ROOT } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { copyWorld, type World } from '../support/world/world.ts'
import { afterMessages, callsTo, completeCopy, copyEvents, readImages, readStatus, selectedBatch } from './pets-copy.ts'

const COPY = toCopyUri('b', 2)

/** Returns ports over a batch of so many images that was copied, and forgets the calls and events of that. */
async function copiedBatch(images = 3): Promise<MemoryPorts> {
  const ports = await selectedBatch(images)
  await completeCopy(ports)
  ports.world.calls.splice(0)
  ports.world.sent.events.splice(0)
  return ports
}

/** Verifies the copies of the batch `b`, and lets the workers finish it. */
async function verify(ports: MemoryPorts): Promise<void> {
  await startCopy('b', ports, { verify: true })
  await drain(ports)
}

/** Changes the receipt of the first chunk in the first round. */
function changeReceipt({ world }: MemoryPorts, change: (image: Record<string, unknown>) => unknown): void {
  const [name = ''] = listBatchKeys('b', world).filter((key) => key.endsWith('/1/0000.json'))
  const { images, ...receipt } = jsonAt(world, `data/b/${name}`)
  world.stored.set(`${ROOT}data/b/${name}`, memoryObject(JSON.stringify({ ...receipt, images: images.map(change) })))
}

describe('POST /v1/batches/{batch}/copy?verify=true', () => {
  it('takes one request an image, and keeps what is known of copies that are as they were', async () => {
    const ports = await copiedBatch()
    const before = await readImages(ports)
    ports.world.calls.splice(0)
    await verify(ports)
    const ofImages = ports.world.calls.filter(({ port }) => port === 'copier')
    expect(ofImages.map(({ method, key }) => [method, key])).toEqual(
      [1, 2, 3].map((number) => ['describe', toCopyUri('b', number)]),
    )
    expect(await readImages(ports)).toEqual(before)
    expect(await getCopy('b', ports)).toMatchObject({
      ...{ state: 'copied', round: 2, verify: true, copied: 3, pending: 0 },
      ...{ failures: [], warningCount: 0 },
    })
    expect(copyEvents(ports.world)).toMatchObject([{ type: 'batch.copied', data: { copied: 3 } }])
  })

  it.each<[string, (world: World) => void]>([
    ['was deleted', ({ stored }) => stored.delete(COPY)],
    [
      'has another size',
      ({ stored }) => {
        const { bytes = '', metadata = {} } = stored.get(COPY) ?? {}
        stored.set(COPY, memoryObject(Buffer.concat([Buffer.from(bytes), Buffer.from('more')]), 'image/jpeg', metadata))
      },
    ],
    [
      'has another ETag',
      ({ stored }) => {
        const { bytes = new Uint8Array(), metadata = {} } = stored.get(COPY) ?? {}
        stored.set(COPY, memoryObject(Buffer.from(bytes).fill(0, 0, 9), 'image/jpeg', metadata))
      },
    ],
    ['is an object of somebody else', ({ stored }) => stored.set(COPY, memoryObject('mine'))],
  ])('notices that a copy %s', async (_, change) => {
    const ports = await copiedBatch()
    change(ports.world)
    await verify(ports)
    expect(callsTo(ports.world, 'readRange').map(({ key }) => key)).toEqual([toSourceUri(2)])
    expect(callsTo(ports.world, 'copy')).toHaveLength(1)
  })

  it('copies again what was deleted', async () => {
    const ports = await copiedBatch()
    const copy = ports.world.stored.get(COPY)
    ports.world.stored.delete(COPY)
    await verify(ports)
    expect(ports.world.stored.get(COPY)).toEqual(copy)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', round: 2, copied: 3 })
  })

  it('tells that a copy is gone whose source is gone, too', async () => {
    const ports = await copiedBatch()
    ports.world.stored.delete(COPY)
    ports.world.stored.delete(toSourceUri(2))
    await verify(ports)
    expect(await getCopy('b', ports)).toMatchObject({
      ...{ state: 'incomplete', copied: 2, missing: 1 },
      failures: [{ imageId: imageId(2), outcome: 'missing' }],
    })
    expect(await readStatus(ports)).toBe('incomplete')
  })

  it('keeps a copy whose source is gone or was replaced', async () => {
    const ports = await copiedBatch()
    ports.world.stored.delete(toSourceUri(1))
    ports.world.stored.set(toSourceUri(2), memoryObject(jpeg(7, 7), 'image/jpeg'))
    await verify(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 3 })
  })

  it('never replaces an object of somebody else, and reports it as a conflict', async () => {
    const ports = await copiedBatch()
    const mine = memoryObject('mine')
    ports.world.stored.set(COPY, mine)
    await verify(ports)
    expect(ports.world.stored.get(COPY)).toEqual(mine)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', copied: 2, conflict: 1 })
  })

  it('takes a copy that was restored under another ETag for what it is', async () => {
    const ports = await copiedBatch()
    const copy = ports.world.stored.get(COPY)
    if (copy) ports.world.stored.set(COPY, { ...copy, etag: '"restored"' })
    await verify(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 3 })
    ports.world.calls.splice(0)
    await verify(ports)
    expect(callsTo(ports.world, 'readRange')).toEqual([])
  })

  it('also retries what had no good copy', async () => {
    const ports = await selectedBatch(3)
    const source = ports.world.stored.get(toSourceUri(3))
    ports.world.stored.delete(toSourceUri(3))
    await completeCopy(ports)
    ports.world.stored.delete(COPY)
    if (source) ports.world.stored.set(toSourceUri(3), source)
    await verify(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 3 })
  })

  it('looks at copies of older versions by their size, and at the source of those without a size in pixels', async () => {
    const ports = await copiedBatch()
    changeReceipt(ports, ({ imageId, outcome, bytes, width, height }) => ({ imageId, outcome, bytes, width, height }))
    await verify(ports)
    expect(callsTo(ports.world, 'readRange')).toEqual([])
    const older = await copiedBatch()
    changeReceipt(older, ({ imageId, outcome, bytes }) => ({ imageId, outcome, bytes, reason: 'it has no size' }))
    older.world.stored.set(toSourceUri(1), memoryObject('a web page'))
    await verify(older)
    expect(await getCopy('b', older)).toMatchObject({ state: 'incomplete', copied: 2, unusable: 1 })
    expect((await readImages(older))[1]).toMatchObject({ copy: 'copied', width: 400, height: 200 })
  })

  it('is a first copy when nothing was copied', async () => {
    const ports = await selectedBatch(3)
    await verify(ports)
    const progress = await getCopy('b', ports)
    expect(progress).toMatchObject({ state: 'copied', round: 1, copied: 3 })
    expect(progress).not.toHaveProperty('verify')
  })

  it('counts images as pending until their copies were looked at', async () => {
    const ports = await copiedBatch(60)
    const { progress } = await startCopy('b', ports, { verify: true })
    expect(progress).toMatchObject({ state: 'queued', round: 2, verify: true, copied: 0, pending: 60 })
    const polls: unknown[] = []
    const after = afterMessages(2, async () => void polls.push(await getCopy('b', ports)))
    await drain(ports, { after })
    expect(polls).toMatchObject([{ state: 'copying', copied: 25, pending: 35 }])
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 60, pending: 0 })
  })

  it('is resumed by a call without it while it runs', async () => {
    const ports = await copiedBatch(60)
    ports.world.stored.delete(COPY)
    await startCopy('b', ports, { verify: true })
    ports.world.sent.tasks.splice(0)
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', round: 2, verify: true })
    expect(ports.world.stored.has(COPY)).toBe(true)
  })

  it('leaves everything as it was when it is cancelled before it began', async () => {
    const ports = await copiedBatch(60)
    await startCopy('b', ports, { verify: true })
    await cancelCopy('b', ports)
    await drain(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'cancelled', round: 2, copied: 60, pending: 0 })
  })

  it('reports an image as failed that it could not look at, and finds its copy at the next start', async () => {
    const ports = await copiedBatch()
    const slowDown = new AppError('upstream-failed', 'Reading failed: SlowDown (503).')
    ports.world.fault = ({ method, key }) => (method === 'describe' && key === COPY ? slowDown : undefined)
    await verify(ports)
    expect(await getCopy('b', ports)).toMatchObject({
      ...{ state: 'incomplete', copied: 2, failed: 1 },
      failures: [{ imageId: imageId(2), outcome: 'failed', reason: slowDown.message }],
    })
    ports.world.fault = () => undefined
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 3 })
  })

  it('reports images as failed whose chunk kept failing, and finds their copies at the next start', async () => {
    const ports = await copiedBatch(60)
    await startCopy('b', ports, { verify: true })
    ports.world.pause = async ({ method, key }) => {
      if (method === 'describe' && key === toCopyUri('b', 1)) throw new Error('boom')
    }
    await drain(ports)
    ports.world.pause = () => Promise.resolve()
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', copied: 35, failed: 25 })
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', round: 3, copied: 60 })
  })

  it.each([
    [20, 1],
    [60, 1],
    [60, 3],
  ])('previews its cost, to the request, for %i images after %i rounds', async (images, rounds) => {
    const ports = await copiedBatch(images)
    for (let round = 1; round < rounds; round++) await verify(ports)
    const sent = { tasks: [...ports.world.sent.tasks], chunks: [...ports.world.sent.chunks] }
    const { s3Requests } = await previewCopy('b', ports, { verify: true })
    expect(ports.world.sent).toMatchObject(sent)
    ports.world.calls.splice(0)
    await startCopy('b', ports, { verify: true })
    await drain(ports, { withChecks: true })
    const requests = ports.world.calls.flatMap(({ port, requests }) => (port === 'messages' ? [] : [requests]))
    expect(requests.reduce((sum, count) => sum + count, 0)).toBe(s3Requests)
  })

  it('previews a first copy when nothing was copied', async () => {
    const ports = await selectedBatch(3)
    expect(await previewCopy('b', ports, { verify: true })).toEqual(await previewCopy('b', ports))
  })

  it('restores every copy wherever the process crashes', async () => {
    const { world } = await copiedBatch(3)
    for (const number of [1, 3]) world.stored.delete(toCopyUri('b', number))
    const start = { ...copyWorld(world), ids: world.ids }
    const work = async (ports: MemoryPorts) => {
      await retryUntilDone(() => startCopy('b', ports, { verify: true }))
      await drain(ports)
    }
    await crashAtEachCall(start, work, async (ports, where) => {
      const { state, copied: good } = await getCopy('b', ports)
      expect([where, state, good]).toEqual([where, 'copied', 3])
      const kept = [1, 2, 3].filter((number) => ports.world.stored.has(toCopyUri('b', number)))
      expect([where, kept]).toEqual([where, [1, 2, 3]])
    })
  })
})
