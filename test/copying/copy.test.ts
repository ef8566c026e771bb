import { describe, expect, it } from '@jest/globals'
import { worker as tasks } from '../../functions/workers/run-task.ts'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { getBatch } from '../../shared/batches/record/store.ts'
import { toBatchView } from '../../shared/batches/view.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { listImages } from '../../shared/copying/list-images.ts'
import { getCopy, startCopy } from '../../shared/copying/start-copy.ts'
import { dyingAtEachCall, insisting } from '../support/crash/dying.ts'
import { cats, copyOf, imageId, jpeg, keysOf, petsWorld, sameWorld, sourceOf } from '../support/fixtures/pets.ts'
import { drain } from '../support/world/drain.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { memoryObject, type World } from '../support/world/world.ts'

const requestFor = (images: number) =>
  BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: images })

/** A batch `b` of so many images, chosen. */
async function chosen(images: number): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(cats(images)) })
  await createBatch('b', requestFor(images), ports)
  ports.world.calls.splice(0)
  return ports
}

async function copied(ports: MemoryPorts): Promise<void> {
  await startCopy('b', ports)
  await drain(ports)
}

const images = async (ports: MemoryPorts) => (await listImages('b', { limit: 1000 }, ports)).items

const batchState = async (ports: MemoryPorts) =>
  (await toBatchView('b', (await getBatch('b', ports)).value, ports)).state

/** Events of copying. */
const eventsOf = ({ sent }: World) => {
  const events = sent.events as { id: string; type: string; data: Record<string, unknown> }[] // as our fake was given them
  return events.filter(({ type }) => type !== 'batch.selected')
}

const callsOf = (world: World, method: string) => world.calls.filter((call) => call.method === method)

/** For `drain`: looks in once so many messages are done. */
function afterMessages(count: number, look: () => Promise<void>): () => Promise<void> {
  let done = 0
  return async () => {
    done += 1
    if (done === count) await look()
  }
}

describe('copying a batch', () => {
  it('copies every image as it is, with its source and its owner written on it', async () => {
    const ports = await chosen(3)
    await copied(ports)
    const { world } = ports
    for (const number of [1, 2, 3]) {
      const [source, copy] = [world.stored.get(sourceOf(number)), world.stored.get(copyOf('b', number))]
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
    expect(await batchState(ports)).toBe('copied')
  })

  it('tells each image its outcome, its bytes and its size in pixels', async () => {
    const ports = await chosen(2)
    await copied(ports)
    const bytes = ports.world.stored.get(sourceOf(1))?.bytes.length
    expect((await images(ports))[0]).toMatchObject({ copy: 'copied', bytes, width: 400, height: 200 })
  })

  it('sends one event, which says how it went', async () => {
    const ports = await chosen(2)
    await copied(ports)
    expect(eventsOf(ports.world)).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
        type: 'batch.copied',
        requestId: 'request-1',
        data: expect.objectContaining({ batch: 'b', copied: 2, missing: 0 }),
      }),
    ])
  })

  it('is queued until a chunk is done, and then tells its rate and the time left', async () => {
    const ports = await chosen(60)
    await startCopy('b', ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'queued', pending: 60, copied: 0 })
    expect(await batchState(ports)).toBe('copying')
    ports.world.now = new Date(ports.world.now.getTime() + 5000)
    const seen: unknown[] = []
    await drain(ports, {
      after: afterMessages(2, async () => {
        seen.push(await getCopy('b', ports))
      }),
    })
    expect(seen).toEqual([
      expect.objectContaining({ state: 'copying', copied: 25, pending: 35, imagesPerSecond: 5, secondsLeft: 7 }),
    ])
  })

  it('of an empty batch ends at once', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(1)) })
    await createBatch('b', { ...requestFor(1), batchOffset: 5 }, ports)
    await copied(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', total: 0 })
    expect((await startCopy('b', ports)).started).toBe(false)
  })

  it('of a batch whose images are not chosen yet is refused', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(1)) })
    await createBatch('b', requestFor(3000), ports)
    await expect(startCopy('b', ports)).rejects.toEqual(expect.objectContaining({ code: 'wrong-state' }))
    await expect(getCopy('none', ports)).rejects.toEqual(expect.objectContaining({ code: 'not-found' }))
  })
})

describe('an image', () => {
  /** Outcomes of five images of which the third was prepared. */
  async function outcomes(prepare: (world: World) => void): Promise<(string | undefined)[]> {
    const ports = await chosen(5)
    prepare(ports.world)
    await copied(ports)
    expect((await images(ports)).map(({ copy }) => copy).filter((_, at) => at !== 2)).toEqual(Array(4).fill('copied'))
    const { copy, reason } = (await images(ports))[2] ?? {}
    return [copy, reason]
  }

  it('that is not there is missing, and the others are copied', async () => {
    const [copy, reason] = await outcomes(({ stored }) => stored.delete(sourceOf(3)))
    expect([copy, reason]).toEqual(['missing', expect.stringContaining(sourceOf(3))])
  })

  it('that may not be read is denied, and the others are copied', async () => {
    const [copy, reason] = await outcomes(({ denied }) => denied.add(sourceOf(3)))
    expect([copy, reason]).toEqual(['denied', expect.stringContaining(sourceOf(3))])
  })

  it('whose place something else has is a conflict, and what is there stays', async () => {
    const mine = memoryObject('mine')
    const ports = await chosen(1)
    ports.world.stored.set(copyOf('b', 1), mine)
    await copied(ports)
    expect((await getCopy('b', ports)).failures).toEqual([
      { imageId: imageId(1), outcome: 'conflict', reason: expect.stringContaining(copyOf('b', 1)) },
    ])
    expect(ports.world.stored.get(copyOf('b', 1))).toEqual(mine)
  })

  it('that another batch of this name had copied is present', async () => {
    const ports = await chosen(3)
    await copied(ports)
    const kept = ports.world.stored.get(copyOf('b', 1))
    await deleteBatch('b', ports)
    if (kept) ports.world.stored.set(copyOf('b', 1), kept)
    await createBatch('b', requestFor(3), ports)
    await copied(ports)
    expect((await images(ports)).map(({ copy, width }) => [copy, width])).toEqual([
      ['present', 400],
      ['copied', 400],
      ['copied', 400],
    ])
    expect(await batchState(ports)).toBe('copied')
  })

  it.each([
    ['another size', jpeg(9, 9)],
    ['the same size', Buffer.concat([jpeg(400, 200), Buffer.from('2')])],
  ])('whose source was replaced by one of %s since an earlier copy is a conflict', async (_, content) => {
    const ports = await chosen(1)
    await copied(ports)
    const kept = ports.world.stored.get(copyOf('b', 1))
    await deleteBatch('b', ports)
    if (kept) ports.world.stored.set(copyOf('b', 1), kept)
    ports.world.stored.set(sourceOf(1), memoryObject(content))
    await createBatch('b', requestFor(1), ports)
    await copied(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', conflict: 1 })
  })

  it('that S3 keeps failing on is failed, says why, and the others are copied', async () => {
    const slow = new AppError('upstream-failed', 'Copying failed: SlowDown (503).')
    const [copy, reason] = await outcomes((world) => {
      world.fault = ({ method, key }) => (method === 'copy' && key.includes(imageId(3)) ? slow : undefined)
    })
    expect([copy, reason]).toEqual(['failed', slow.message])
  })

  it('that is replaced between looking and copying is copied in its new version', async () => {
    const ports = await chosen(1)
    let looked = false
    ports.world.fault = ({ method }) => {
      if (method === 'copy' && !looked) ports.world.stored.set(sourceOf(1), memoryObject(jpeg(77, 55), 'image/jpeg'))
      looked ||= method === 'copy'
      return undefined
    }
    await copied(ports)
    expect((await images(ports))[0]).toMatchObject({ copy: 'copied', width: 77, height: 55 })
  })
})

describe('the size in pixels', () => {
  async function sized(content: Uint8Array | string) {
    const ports = await chosen(1)
    ports.world.stored.set(sourceOf(1), memoryObject(content, 'image/jpeg'))
    await copied(ports)
    const [image] = await images(ports)
    const reads = callsOf(ports.world, 'get').filter(({ key }) => key.endsWith('.jpg'))
    return { ...image, ranges: reads.map(({ range }) => range?.end) }
  }

  it('is read from the first 32 KiB', async () => {
    expect(await sized(jpeg(640, 480))).toMatchObject({ width: 640, height: 480, ranges: [32768] })
  })

  it('is found behind them, where an embedded profile pushes it', async () => {
    const image = Buffer.concat([jpeg(640, 480, 200_000), Buffer.alloc(2 << 20)])
    expect(await sized(image)).toMatchObject({ width: 640, height: 480, ranges: [32768, 1 << 20] })
  })

  it('is not searched for without end', async () => {
    const image = Buffer.concat([jpeg(640, 480, 3 << 20), Buffer.alloc(3 << 20)])
    expect(await sized(image)).toMatchObject({ copy: 'copied', ranges: [32768, 1 << 20], bytes: image.length })
  })

  it.each([
    ['text', 'this is no image'],
    ['nothing', ''],
    ['half a header', jpeg(640, 480).subarray(0, 12)],
    ['a drawing, whose size is no whole pixels', '<svg width="10.5" height="20.5" viewBox="0 0 1 1"></svg>'],
    ['a JPEG of no height', jpeg(640, 0)],
  ])('is unknown for %s, which is copied all the same and says so', async (_, content) => {
    const { copy, reason, width, height, bytes } = await sized(content)
    expect([copy, reason]).toEqual(['copied', 'its header has no size in pixels'])
    expect([width, height, bytes]).toEqual([undefined, undefined, content.length])
  })
})

describe('copying again', () => {
  it('does nothing when every image is there', async () => {
    const ports = await chosen(2)
    await copied(ports)
    expect(await startCopy('b', ports)).toMatchObject({ started: false, progress: { state: 'copied', round: 1 } })
    expect(ports.world.sent.tasks).toEqual([])
  })

  it('does only what has no good copy, and the best outcome of each image stands', async () => {
    const ports = await chosen(60)
    const { world } = ports
    const held = world.stored.get(sourceOf(30))
    world.stored.delete(sourceOf(30))
    world.stored.delete(sourceOf(31))
    await copied(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', copied: 58, missing: 2 })
    expect(await batchState(ports)).toBe('incomplete')
    if (held) world.stored.set(sourceOf(30), held)
    // A copy that was good stays so, whatever became of its source.
    world.stored.delete(sourceOf(29))
    world.calls.splice(0)
    await copied(ports)
    const described = callsOf(world, 'describe').map(({ key }) => key)
    expect(described.toSorted()).toEqual([sourceOf(30), sourceOf(31)])
    expect(await getCopy('b', ports)).toMatchObject({
      state: 'incomplete',
      round: 2,
      total: 60,
      copied: 59,
      missing: 1,
    })
    expect(eventsOf(world).map(({ type }) => type)).toEqual(['batch.incomplete', 'batch.incomplete'])
    expect(new Set(eventsOf(world).map(({ id }) => id)).size).toBe(2)
  })

  it('counts what it tries again as pending until it is done', async () => {
    const ports = await chosen(60)
    ports.world.stored.delete(sourceOf(30))
    await copied(ports)
    const { progress } = await startCopy('b', ports)
    expect(progress).toMatchObject({ state: 'queued', round: 2, copied: 59, missing: 0, pending: 1, failures: [] })
    await drain(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', missing: 1, pending: 0 })
  })

  it('while it runs sends only the chunks that have no receipt', async () => {
    const ports = await chosen(60)
    await startCopy('b', ports)
    await drain(ports, {
      after: afterMessages(2, async () => {
        expect((await startCopy('b', ports)).started).toBe(true)
        const [again] = ports.world.sent.tasks.splice(0)
        await tasks.run(again, ports)
        expect(ports.world.sent.chunks).toMatchObject([{ chunk: 1 }, { chunk: 2 }])
      }),
    })
    expect(callsOf(ports.world, 'copy')).toHaveLength(60)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', round: 1, copied: 60 })
    expect(eventsOf(ports.world)).toHaveLength(1)
  })

  it('after its messages were lost goes on', async () => {
    const ports = await chosen(60)
    await startCopy('b', ports)
    ports.world.sent.tasks.splice(0)
    await copied(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', round: 1 })
  })
})

describe('cancelling', () => {
  it.each([0, 1, 2, 3])('after %i messages keeps what is copied and begins nothing more', async (cancelAt) => {
    const ports = await chosen(75)
    await startCopy('b', ports)
    let copies = 0
    const cancel = async () => {
      expect(await cancelCopy('b', ports)).toMatchObject({ state: 'cancelled' })
      copies = callsOf(ports.world, 'copy').length
    }
    if (cancelAt === 0) await cancel()
    await drain(ports, { after: afterMessages(cancelAt, cancel) })
    expect(callsOf(ports.world, 'copy')).toHaveLength(copies)
    const progress = await getCopy('b', ports)
    expect(progress).toMatchObject({ state: 'cancelled', copied: copies, pending: 75 - copies })
    expect(eventsOf(ports.world)).toEqual([])
    expect(await batchState(ports)).toBe('incomplete')
    await copied(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', round: 2, copied: 75 })
    expect(callsOf(ports.world, 'copy')).toHaveLength(75)
  })

  it('again answers the same; after the end it is refused', async () => {
    const ports = await chosen(1)
    await startCopy('b', ports)
    const first = await cancelCopy('b', ports)
    expect(await cancelCopy('b', ports)).toEqual(first)
    await copied(ports)
    await expect(cancelCopy('b', ports)).rejects.toEqual(
      expect.objectContaining({ code: 'wrong-state', message: expect.stringContaining('copied') }),
    )
  })

  it('and deleting while a worker is busy leaves nothing behind, and sends no event', async () => {
    const ports = await chosen(2)
    await startCopy('b', ports)
    let gone = false
    const copier: MemoryPorts['copier'] = {
      ...ports.copier,
      copy: async (request) => {
        if (!gone) {
          gone = true
          await cancelCopy('b', ports)
          await deleteBatch('b', ports)
        }
        return ports.copier.copy(request)
      },
    }
    await drain({ ...ports, copier })
    expect(gone).toBe(true)
    expect(keysOf('b', ports.world)).toEqual([])
    expect(eventsOf(ports.world)).toEqual([])
  })

  it('and deleting up to its last step while a worker is busy leaves nothing behind', async () => {
    const ports = await chosen(2)
    await startCopy('b', ports)
    let deleting: Promise<unknown> | undefined
    const released = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    // The deletion has removed all but the batch itself when the worker's copies arrive.
    const slow: MemoryPorts['objects'] = {
      ...ports.objects,
      remove: async (keys) => {
        if (keys.includes('data/b/batch.json')) {
          held.resolve()
          await released.promise
        }
        return ports.objects.remove(keys)
      },
    }
    const copier: MemoryPorts['copier'] = {
      ...ports.copier,
      copy: async (request) => {
        if (!deleting) {
          await cancelCopy('b', ports)
          deleting = deleteBatch('b', { ...ports, objects: slow })
          await held.promise
        }
        return ports.copier.copy(request)
      },
    }
    await drain({ ...ports, copier })
    released.resolve()
    await deleting
    expect(keysOf('b', ports.world)).toEqual([])
  })

  it('of what was never started is refused, naming the call that starts it', async () => {
    await expect(cancelCopy('b', await chosen(1))).rejects.toEqual(
      expect.objectContaining({ code: 'not-found', message: expect.stringContaining('POST /v1/batches/b/copy') }),
    )
  })

  it('while the last worker is busy keeps its copies, and POST ends the batch as copied', async () => {
    const ports = await chosen(2)
    await startCopy('b', ports)
    let cancelled = false
    const copier: MemoryPorts['copier'] = {
      ...ports.copier,
      copy: async (request) => {
        if (!cancelled) await cancelCopy('b', ports)
        cancelled = true
        return ports.copier.copy(request)
      },
    }
    await drain({ ...ports, copier })
    expect(await getCopy('b', ports)).toMatchObject({ state: 'cancelled', copied: 2, pending: 0 })
    expect(await batchState(ports)).toBe('copied')
    await copied(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 2 })
    expect(eventsOf(ports.world)).toHaveLength(1)
  })
})

describe('messages', () => {
  it.each([
    ['doubled', { times: 2 }],
    ['in reverse', { reversed: true }],
    ['doubled and in reverse', { times: 2, reversed: true }],
  ])('%s copy each image once and end once', async (_, delivery) => {
    const ports = await chosen(60)
    await startCopy('b', ports)
    await drain(ports, delivery)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 60 })
    expect(callsOf(ports.world, 'copy')).toHaveLength(60)
    expect(new Set(eventsOf(ports.world).map(({ id }) => id)).size).toBe(1)
  })

  it('that come after the end do nothing', async () => {
    const ports = await chosen(2)
    await startCopy('b', ports)
    const late = { tasks: [...ports.world.sent.tasks], chunks: [] as unknown[] }
    await drain(ports, { after: async () => void late.chunks.push(...ports.world.sent.chunks) })
    expect([late.tasks.length, late.chunks.length]).toEqual([1, 1])
    const stored = new Map(ports.world.stored)
    ports.world.sent.tasks.push(...late.tasks)
    ports.world.sent.chunks.push(...late.chunks)
    await drain(ports)
    expect(ports.world.stored).toEqual(stored)
    expect(eventsOf(ports.world)).toHaveLength(1)
  })

  it('of a batch that was deleted and made again are dropped', async () => {
    const ports = await chosen(3)
    await startCopy('b', ports)
    const late = [...ports.world.sent.tasks]
    await cancelCopy('b', ports)
    await deleteBatch('b', ports)
    await createBatch('b', requestFor(1), ports)
    const stored = new Map(ports.world.stored)
    ports.world.sent.tasks.splice(0, Infinity, ...late)
    await drain(ports)
    expect(ports.world.stored).toEqual(stored)
  })

  it('that keep failing are given up, and the round ends', async () => {
    const ports = await chosen(60)
    const lines = new Error('boom')
    let chunk = 0
    ports.world.fault = ({ key, range }) => {
      if (!key.endsWith('images.jsonl') || !range) return undefined
      chunk ||= range.start
      // Whoever gives the chunk up reads its images once more, and may.
      return chunk > 0 && range.start === chunk && fails-- > 0 ? lines : undefined
    }
    let fails = 4
    await copied(ports)
    const progress = await getCopy('b', ports)
    expect(progress).toMatchObject({ state: 'incomplete', copied: 35, failed: 25 })
    expect(progress.failures[0]?.reason).toContain('given up')
    await copied(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', round: 2, copied: 60 })
  })

  it('that could not even be sent out are given up, and the round ends', async () => {
    const ports = await chosen(60)
    ports.world.fault = ({ method, key }) => (method === 'send' && key === 'chunks' ? new Error('no queue') : undefined)
    await copied(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', failed: 60 })
    expect(eventsOf(ports.world).map(({ type }) => type)).toEqual(['batch.incomplete'])
  })
})

describe('dying at any call', () => {
  it('and being brought again comes to the same end, with one event id', async () => {
    const { world } = await chosen(30)
    const work = async (ports: MemoryPorts) => {
      await insisting(() => startCopy('b', ports))
      await drain(ports)
    }
    const ids = new Set<string>()
    const died = await dyingAtEachCall(world, work, async (ports, where) => {
      const { state, copied: good, failures } = await getCopy('b', ports)
      expect([where, state, good, failures]).toEqual([where, 'copied', 30, []])
      expect([where, (await images(ports)).filter(({ copy }) => copy === 'copied').length]).toEqual([where, 30])
      const events = eventsOf(ports.world)
      expect([where, events.length >= 1, events.length <= 2]).toEqual([where, true, true])
      for (const { id } of events) ids.add(id)
    })
    expect(died).toBeGreaterThan(100)
    expect(ids.size).toBe(1)
  })

  it('in a second round does so too', async () => {
    const ports = await chosen(3)
    ports.world.stored.delete(sourceOf(2))
    await copied(ports)
    ports.world.stored.set(sourceOf(2), memoryObject(jpeg(4, 4)))
    const world = { ...sameWorld(ports.world), ids: ports.world.ids }
    const work = async (again: MemoryPorts) => {
      await insisting(() => startCopy('b', again))
      await drain(again)
    }
    await dyingAtEachCall(world, work, async (again, where) => {
      const { state, round, copied: good } = await getCopy('b', again)
      expect([where, state, round, good]).toEqual([where, 'copied', 2, 3])
    })
  })

  it('right after its own copy was made still counts it as copied', async () => {
    const ports = await chosen(1)
    let died = false
    ports.world.fault = ({ method }) => {
      if (method !== 'copy' || died) return undefined
      died = true
      return 'after'
    }
    await copied(ports)
    expect(await getCopy('b', ports)).toMatchObject({ copied: 1, present: 0 })
  })
})
