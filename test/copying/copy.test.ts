import { describe, expect, it } from '@jest/globals'
import { worker as tasks } from '../../functions/workers/run-task.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { getBatch } from '../../shared/batches/record/store.ts'
import { getCopy, startCopy } from '../../shared/copying/start-copy.ts'
import { drain } from '../support/broker/drain.ts'
import { cats, petsWorld, toCopyUri, toSourceUri } from '../support/fixtures/pets.ts'
import { jsonAt, ROOT } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { memoryPorts } from '../support/world/ports.ts'
import {
  afterMessages,
  callsTo,
  catRequest,
  completeCopy,
  copyEvents,
  readImages,
  readStatus,
  selectedBatch,
} from './pets-copy.ts'

describe('POST /v1/batches/{batch}/copy', () => {
  it('copies every image unchanged, with its source and its batch in the metadata', async () => {
    const ports = await selectedBatch(3)
    await completeCopy(ports)
    const { world } = ports
    for (const number of [1, 2, 3]) {
      const [source, copy] = [world.stored.get(toSourceUri(number)), world.stored.get(toCopyUri('b', number))]
      expect(copy?.bytes).toEqual(source?.bytes)
      expect(copy?.contentType).toBe('image/jpeg')
      expect(copy?.metadata).toEqual({
        'groundwork-source-etag': source?.etag,
        'groundwork-source-size': String(source?.bytes.length),
        'groundwork-batch': (await getBatch('b', ports)).value.batchId,
      })
    }
    expect(await getCopy('b', ports)).toMatchObject({
      state: 'copied',
      round: 1,
      total: 3,
      copied: 3,
      pending: 0,
      failures: [],
      finishedAt: expect.any(String),
    })
    expect(await readStatus(ports)).toBe('copied')
  })

  it('records the outcome, the bytes and the size in pixels of each image', async () => {
    const ports = await selectedBatch(2)
    await completeCopy(ports)
    const bytes = ports.world.stored.get(toSourceUri(1))?.bytes.length
    expect((await readImages(ports))[0]).toMatchObject({ copy: 'copied', bytes, width: 400, height: 200 })
  })

  it('publishes one event with the totals', async () => {
    const ports = await selectedBatch(2)
    await completeCopy(ports)
    expect(copyEvents(ports.world)).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
        type: 'batch.copied',
        requestId: 'request-1',
        data: expect.objectContaining({ batch: 'b', copied: 2, missing: 0 }),
      }),
    ])
  })

  it('is queued until the first chunk is done, and then estimates the rate and the time left', async () => {
    const ports = await selectedBatch(60)
    await startCopy('b', ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'queued', pending: 60, copied: 0 })
    expect(await readStatus(ports)).toBe('copying')
    ports.world.now = new Date(ports.world.now.getTime() + 5000)
    const polls: unknown[] = []
    await drain(ports, {
      after: afterMessages(2, async () => {
        polls.push(await getCopy('b', ports))
      }),
    })
    expect(polls).toEqual([
      expect.objectContaining({ state: 'copying', copied: 25, pending: 35, imagesPerSecond: 5, secondsLeft: 7 }),
    ])
  })

  it('ends at once for an empty batch', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(1)) })
    await createBatch('b', { ...catRequest(1), batchOffset: 5 }, ports)
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', total: 0 })
    expect((await startCopy('b', ports)).started).toBe(false)
  })

  it('is refused for a batch whose images are not chosen yet', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(1)) })
    await createBatch('b', catRequest(3000), ports)
    await expect(startCopy('b', ports)).rejects.toEqual(expect.objectContaining({ code: 'wrong-state' }))
    await expect(getCopy('none', ports)).rejects.toEqual(expect.objectContaining({ code: 'not-found' }))
  })
})

describe('the totals of an older version', () => {
  it('are taken as if nothing was archived or unusable, and nothing unusual', async () => {
    const ports = await selectedBatch(3)
    await completeCopy(ports)
    const { batchId } = (await getBatch('b', ports)).value
    const uri = `${ROOT}data/b/copies/${batchId}/1.json`
    const { totals, ...end } = jsonAt(ports.world, `data/b/copies/${batchId}/1.json`)
    const { archived, unusable, warningCount, warnings, ...older } = totals
    ports.world.stored.set(uri, memoryObject(JSON.stringify({ ...end, totals: older })))
    const known = { archived: 0, unusable: 0, warningCount: 0, warnings: [] }
    expect({ archived, unusable, warningCount, warnings }).toEqual(known)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 3, pending: 0, ...known })
    expect(await readStatus(ports)).toBe('copied')
  })
})

describe('starting a copy again', () => {
  it('does nothing when every image has a good copy', async () => {
    const ports = await selectedBatch(2)
    await completeCopy(ports)
    expect(await startCopy('b', ports)).toMatchObject({ started: false, progress: { state: 'copied', round: 1 } })
    expect(ports.world.sent.tasks).toEqual([])
  })

  it('retries only the images without a good copy, and keeps the best outcome of each image', async () => {
    const ports = await selectedBatch(60)
    const { world } = ports
    const source = world.stored.get(toSourceUri(30))
    world.stored.delete(toSourceUri(30))
    world.stored.delete(toSourceUri(31))
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', copied: 58, missing: 2 })
    expect(await readStatus(ports)).toBe('incomplete')
    if (source) world.stored.set(toSourceUri(30), source)
    // A good copy stays good even when its source disappears.
    world.stored.delete(toSourceUri(29))
    world.calls.splice(0)
    await completeCopy(ports)
    const described = callsTo(world, 'readRange').map(({ key }) => key)
    expect(described.toSorted()).toEqual([toSourceUri(30), toSourceUri(31)])
    expect(await getCopy('b', ports)).toMatchObject({
      state: 'incomplete',
      round: 2,
      total: 60,
      copied: 59,
      missing: 1,
    })
    expect(copyEvents(world).map(({ type }) => type)).toEqual(['batch.incomplete', 'batch.incomplete'])
    expect(new Set(copyEvents(world).map(({ id }) => id)).size).toBe(2)
  })

  it('counts the images that it retries as pending until their chunk is done', async () => {
    const ports = await selectedBatch(60)
    ports.world.stored.delete(toSourceUri(30))
    await completeCopy(ports)
    const { progress } = await startCopy('b', ports)
    expect(progress).toMatchObject({ state: 'queued', round: 2, copied: 59, missing: 0, pending: 1, failures: [] })
    await drain(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', missing: 1, pending: 0 })
  })

  it('sends only the chunks without a receipt while a round is running', async () => {
    const ports = await selectedBatch(60)
    await startCopy('b', ports)
    await drain(ports, {
      after: afterMessages(2, async () => {
        expect((await startCopy('b', ports)).started).toBe(true)
        const [resumed] = ports.world.sent.tasks.splice(0)
        await tasks.run(resumed, ports)
        expect(ports.world.sent.chunks).toMatchObject([{ chunk: 1 }, { chunk: 2 }])
      }),
    })
    expect(callsTo(ports.world, 'copy')).toHaveLength(60)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', round: 1, copied: 60 })
    expect(copyEvents(ports.world)).toHaveLength(1)
  })

  it('resumes the round after its messages were lost', async () => {
    const ports = await selectedBatch(60)
    await startCopy('b', ports)
    ports.world.sent.tasks.splice(0)
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', round: 1 })
  })
})
