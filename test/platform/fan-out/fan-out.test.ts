import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { AppError } from '../../../shared/contracts/errors.ts'
import { cancelRound } from '../../../shared/platform/fan-out/complete-round.ts'
import { type FanOutJob, SubjectGoneError } from '../../../shared/platform/fan-out/job.ts'
import { ChunkMessage } from '../../../shared/platform/fan-out/messages.ts'
import { latestReceipts, listReceipts } from '../../../shared/platform/fan-out/receipts.ts'
import { latestRound, type RoundRef, readEnd, startRound } from '../../../shared/platform/fan-out/round.ts'
import { deadLetterChunks, dispatchRound, runChunk } from '../../../shared/platform/fan-out/run-round.ts'
import { recordType } from '../../../shared/platform/state/record-type.ts'
import { storedObject } from '../../../shared/platform/state/stored-schema.ts'
import { SimulatedCrash } from '../../support/world/call.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const Subject = z.object({ pile: z.string() })
const Receipt = storedObject({ sum: z.number(), reason: z.string().optional() })
const Totals = z.object({ sum: z.number() })
type AddingJob = FanOutJob<{ pile: string }, z.infer<typeof Receipt>, { sum: number }>

/** A job that adds up the numbers of its chunks. */
const addingJob = (changes: Partial<AddingJob> = {}): AddingJob => ({
  name: 'adding',
  subject: Subject,
  receipt: recordType('a receipt', Receipt),
  totals: Totals,
  roundsKey: ({ pile }) => `piles/${pile}/rounds`,
  planChunks: async () => undefined,
  runChunk: async (_subject, chunk, before) => ({ sum: chunk + (before?.sum ?? 0) }),
  deadLetterChunk: async (_subject, _chunk, _before, { code, message }) => ({ sum: -1, reason: `${code}: ${message}` }),
  total: (receipts) => ({ sum: [...receipts.values()].reduce((total, { sum }) => total + sum, 0) }),
  onComplete: async ({ pile }, { sum }) => ({ type: 'batch.copied', data: { pile, sum } }),
  onFailure: async ({ pile }, _totals, { code }) => ({ type: 'batch.incomplete', data: { pile, code } }),
  ...changes,
})
const SUBJECT = { pile: 'p1' }
const KEPT_FAILING = new AppError('internal', 'It kept failing.')
const toRound = (job: AddingJob, round = 1): RoundRef<typeof SUBJECT, z.infer<typeof Receipt>, { sum: number }> => ({
  job,
  subject: SUBJECT,
  round,
})
const takeSentChunks = ({ world }: MemoryPorts) =>
  world.sent.chunks.splice(0).map((message) => ChunkMessage.parse(message).chunk)
const findEnd = async (ref: ReturnType<typeof toRound>, ports: MemoryPorts) => (await readEnd(ref, ports))?.value

describe('a round of a fan-out job', () => {
  it('starts with a single message whose worker sends one for each chunk', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [0, 1, 2], ports)
    expect(ports.world.sent.tasks).toEqual([
      { task: 'start-round', job: 'adding', subject: SUBJECT, round: 1, requestId: 'request-1' },
    ])
    await dispatchRound(ref, {}, ports)
    expect(takeSentChunks(ports)).toEqual([0, 1, 2])
  })

  it('is completed by the worker that writes the last receipt, with the totals and an event', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [1, 2, 3], ports)
    for (const chunk of [3, 1]) await runChunk(ref, chunk, ports)
    expect(await findEnd(ref, ports)).toBeUndefined()
    await runChunk(ref, 2, ports)
    expect(await findEnd(ref, ports)).toMatchObject({
      state: 'finished',
      totals: { sum: 6 },
      completedAt: expect.any(String),
    })
    expect(ports.world.sent.events).toMatchObject([{ type: 'batch.copied', data: { pile: 'p1', sum: 6 } }])
  })

  it('does a chunk once, however often its message is delivered', async () => {
    const ports = memoryPorts()
    let runs = 0
    const ref = toRound(addingJob({ runChunk: async () => ({ sum: ++runs }) }))
    await startRound(ref, [0, 1], ports)
    for (const chunk of [0, 0, 1, 1, 0]) await runChunk(ref, chunk, ports)
    expect(runs).toBe(2)
    expect(ports.world.sent.events).toHaveLength(1)
  })

  it('keeps its chunks when it is started again, and sends only those without a receipt', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [0, 1, 2], ports)
    await runChunk(ref, 1, ports)
    await startRound(ref, [7, 8, 9], ports)
    await dispatchRound(ref, {}, ports)
    expect(takeSentChunks(ports)).toEqual([0, 2])
  })

  it('is completed by the dispatch message when only its end is missing', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [0], ports)
    ports.world.fault = ({ method, key }) => (method === 'put' && key.endsWith('/1.json') ? 'before' : undefined)
    await expect(runChunk(ref, 0, ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    await dispatchRound(ref, {}, ports)
    expect(await findEnd(ref, ports)).toMatchObject({ state: 'finished' })
  })

  it('ignores messages of a round that was never started and of a chunk that it does not have', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await runChunk(ref, 0, ports)
    await dispatchRound(ref, {}, ports)
    await startRound(ref, [0], ports)
    const before = ports.world.stored.size
    await runChunk(ref, 5, ports)
    expect(ports.world.stored.size).toBe(before)
    expect(takeSentChunks(ports)).toEqual([])
  })

  it('gets no receipt of a chunk that it does not have when that is dead-lettered', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [0], ports)
    await deadLetterChunks(ref, 5, KEPT_FAILING, ports)
    expect(await listReceipts(ref, ports)).toEqual(new Set())
  })

  it('reads no receipts until each chunk has one', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [0, 1, 2], ports)
    await runChunk(ref, 0, ports)
    const before = ports.world.calls.length
    await runChunk(ref, 1, ports)
    const keys = ports.world.calls.slice(before).flatMap(({ method, key }) => (method === 'get' ? [key] : []))
    expect(keys).not.toContain('piles/p1/rounds/1/0000.json')
  })

  it('is looked at again after a quarter of an hour', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [0], ports)
    ports.world.sent.tasks.splice(0)
    await dispatchRound(ref, {}, ports)
    expect(ports.world.sent.tasks).toMatchObject([{ task: 'start-round', round: 1, check: { number: 1, done: 0 } }])
  })

  it('counts 1,000 receipts with one LIST', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [...Array(1000).keys()], ports)
    for (let chunk = 0; chunk < 1000; chunk++)
      await ports.objects.put(`piles/p1/rounds/1/${String(chunk).padStart(4, '0')}.json`, '{"sum":1}')
    const callsBefore = ports.world.calls.length
    expect((await listReceipts(ref, ports)).size).toBe(1000)
    expect(ports.world.calls.length - callsBefore).toBe(1)
    await dispatchRound(ref, {}, ports)
    expect(await findEnd(ref, ports)).toMatchObject({ totals: { sum: 1000 } })
  })
})

describe('listing rounds and receipts', () => {
  const withShortPages = (ports: MemoryPorts): MemoryPorts => ({
    ...ports,
    objects: {
      ...ports.objects,
      list: (prefix, options) => ports.objects.list(prefix, { ...options, limit: Math.min(2, options?.limit ?? 2) }),
    },
  })

  it('finds every receipt and every round when LIST pages end early', async () => {
    const ports = withShortPages(memoryPorts())
    const ref = toRound(addingJob())
    await startRound(ref, [0, 1, 2, 3, 4], ports)
    for (const chunk of [4, 2, 0, 1, 3]) await runChunk(ref, chunk, ports)
    expect(await listReceipts(ref, ports)).toEqual(new Set([0, 1, 2, 3, 4]))
    expect(await findEnd(ref, ports)).toMatchObject({ totals: { sum: 10 } })
    for (const round of [2, 3, 4, 5]) await startRound(toRound(addingJob(), round), [0], ports)
    expect(await latestRound(addingJob() as FanOutJob, SUBJECT, ports)).toBe(5)
  })
})

describe('the event of a round', () => {
  it('is never lost and keeps its id, wherever its worker crashes', async () => {
    const uninterrupted = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [0], uninterrupted)
    const callsBefore = uninterrupted.world.calls.length
    await runChunk(ref, 0, uninterrupted)
    const ids = new Set<unknown>()
    for (let call = callsBefore + 1; call <= uninterrupted.world.calls.length; call++)
      for (const moment of ['before', 'after'] as const) {
        const ports = memoryPorts()
        await startRound(ref, [0], ports)
        ports.world.fault = (_, number) => (number === call ? moment : undefined)
        await expect(runChunk(ref, 0, ports)).rejects.toThrow(SimulatedCrash)
        await runChunk(ref, 0, ports)
        expect(ports.world.sent.events.length).toBeGreaterThan(0)
        for (const event of ports.world.sent.events) ids.add((event as { id: string }).id)
      }
    expect(ids.size).toBe(1)
  })

  it('has another id for another round, subject or event type', async () => {
    const publishedId = async (changes: Partial<AddingJob>, round: number) => {
      const ports = memoryPorts()
      const ref = toRound(addingJob(changes), round)
      await startRound(ref, [0], ports)
      await runChunk(ref, 0, ports)
      return (ports.world.sent.events[0] as { id: string }).id
    }
    const ids = [
      await publishedId({}, 1),
      await publishedId({}, 2),
      await publishedId({ roundsKey: () => 'piles/p2/rounds' }, 1),
      await publishedId({ onComplete: async () => ({ type: 'batch.selected', data: {} }) }, 1),
    ]
    expect(new Set(ids).size).toBe(4)
    expect(ids[0]).toBe(await publishedId({}, 1))
  })

  it('is published before afterPublish runs, and both are repeated after a crash in between', async () => {
    const ports = memoryPorts()
    const publishedBefore: number[] = []
    const afterPublish = async () => {
      publishedBefore.push(ports.world.sent.events.length)
      if (publishedBefore.length === 1) throw new SimulatedCrash('afterPublish')
    }
    const ref = toRound(addingJob({ onComplete: async () => ({ type: 'batch.copied', data: {}, afterPublish }) }))
    await startRound(ref, [0], ports)
    await expect(runChunk(ref, 0, ports)).rejects.toThrow(SimulatedCrash)
    await runChunk(ref, 0, ports)
    await runChunk(ref, 0, ports)
    expect(publishedBefore).toEqual([1, 2])
    expect(ports.world.sent.events[0]).not.toHaveProperty('afterPublish')
  })
})

describe('a chunk that fails', () => {
  it('is retried when its error is retryable', async () => {
    const ports = memoryPorts()
    let attempts = 0
    const flaky = async () => {
      attempts += 1
      if (attempts === 1) throw new AppError('upstream-failed', 'down')
      return { sum: 1 }
    }
    const ref = toRound(addingJob({ runChunk: flaky }))
    await startRound(ref, [0], ports)
    await expect(runChunk(ref, 0, ports)).rejects.toThrow('down')
    await runChunk(ref, 0, ports)
    expect(await findEnd(ref, ports)).toMatchObject({ totals: { sum: 1 } })
  })

  it('gets a receipt with the reason at once when its error is permanent', async () => {
    const ports = memoryPorts()
    const failPermanently = async (): Promise<never> => {
      throw new AppError('source-changed', 'The file was replaced.')
    }
    const ref = toRound(addingJob({ runChunk: failPermanently }))
    await startRound(ref, [0], ports)
    await runChunk(ref, 0, ports)
    expect(await latestReceipts(ref, ports)).toEqual(
      new Map([[0, { sum: -1, reason: 'source-changed: The file was replaced.' }]]),
    )
    expect(await findEnd(ref, ports)).toMatchObject({ state: 'finished' })
  })

  it('is recorded as failed when it is dead-lettered, and existing receipts are kept', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [3, 4, 5], ports)
    await runChunk(ref, 3, ports)
    await deadLetterChunks(ref, 4, KEPT_FAILING, ports)
    expect(await findEnd(ref, ports)).toBeUndefined()
    await deadLetterChunks(ref, 'round', KEPT_FAILING, ports)
    expect(await findEnd(ref, ports)).toMatchObject({ totals: { sum: 3 - 1 - 1 } })
  })
})

describe('onComplete', () => {
  const toFailingRound = (error: Error, changes: Partial<AddingJob> = {}) =>
    toRound(addingJob({ onComplete: () => Promise.reject(error), ...changes }))

  it('is retried until its message is dead-lettered; onFailure then completes the round', async () => {
    const ports = memoryPorts()
    const ref = toFailingRound(new Error('boom'))
    await startRound(ref, [0], ports)
    for (let attempt = 0; attempt < 4; attempt++) await expect(runChunk(ref, 0, ports)).rejects.toThrow('boom')
    expect(await findEnd(ref, ports)).not.toHaveProperty('completedAt')
    for (let attempt = 0; attempt < 2; attempt++) await deadLetterChunks(ref, 0, KEPT_FAILING, ports)
    expect(await findEnd(ref, ports)).toHaveProperty('completedAt')
    expect(ports.world.sent.events).toMatchObject([{ type: 'batch.incomplete', data: { code: 'internal' } }])
  })

  it('is replaced by onFailure when it also fails in the dead-letter consumer', async () => {
    const ports = memoryPorts()
    const ref = toFailingRound(new Error('boom'))
    await startRound(ref, [0], ports)
    await expect(deadLetterChunks(ref, 'round', KEPT_FAILING, ports)).rejects.toThrow('boom')
    await deadLetterChunks(ref, 'round', KEPT_FAILING, ports)
    expect(await findEnd(ref, ports)).toMatchObject({ totals: { sum: -1 }, completedAt: expect.any(String) })
  })

  it('runs only for the message of the chunk that ended the round, and for a dispatch message', async () => {
    const ports = memoryPorts()
    let calls = 0
    const onComplete = () => {
      calls += 1
      return Promise.reject(new Error('boom'))
    }
    const ref = toRound(addingJob({ onComplete }))
    await startRound(ref, [0, 1], ports)
    await runChunk(ref, 0, ports)
    await expect(runChunk(ref, 1, ports)).rejects.toThrow('boom')
    await runChunk(ref, 0, ports)
    await deadLetterChunks(ref, 0, KEPT_FAILING, ports)
    await deadLetterChunks(ref, 'round', KEPT_FAILING, ports)
    expect(calls).toBe(1)
    expect(await findEnd(ref, ports)).not.toHaveProperty('completedAt')
    await expect(runChunk(ref, 1, ports)).rejects.toThrow('boom')
    await expect(dispatchRound(ref, {}, ports)).rejects.toThrow('boom')
    expect(calls).toBe(3)
  })

  it('is replaced by onFailure at once when its error is permanent', async () => {
    const ports = memoryPorts()
    const ref = toFailingRound(new AppError('source-changed', 'The file was replaced.'))
    await startRound(ref, [0], ports)
    await runChunk(ref, 0, ports)
    expect(await findEnd(ref, ports)).toHaveProperty('completedAt')
    expect(ports.world.sent.events).toMatchObject([{ type: 'batch.incomplete', data: { code: 'source-changed' } }])
  })
})

describe('a round whose subject is gone', () => {
  const gone = async (): Promise<never> => {
    throw new SubjectGoneError('The pile is gone.')
  }
  it.each<[string, Partial<AddingJob>]>([
    ['runChunk', { runChunk: gone }],
    [
      'deadLetterChunk',
      { runChunk: () => Promise.reject(new AppError('bad-source', 'No number.')), deadLetterChunk: gone },
    ],
    ['onComplete', { onComplete: gone }],
  ])('is cleaned up and not retried when %s throws SubjectGoneError', async (_, changes) => {
    const ports = memoryPorts()
    const ref = toRound(
      addingJob({ ...changes, cleanUp: () => ports.objects.put('cleaned', '').then(() => undefined) }),
    )
    await startRound(ref, [0], ports)
    await runChunk(ref, 0, ports)
    expect(await ports.objects.get('cleaned')).toBeDefined()
    expect(ports.world.sent.events).toEqual([])
  })
})

describe('cancelRound', () => {
  it('ends the round; late messages are ignored and no event is published', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [1, 2], ports)
    await runChunk(ref, 1, ports)
    expect(await cancelRound(ref, ports)).toBe(true)
    expect(await findEnd(ref, ports)).toMatchObject({ state: 'cancelled' })
    await runChunk(ref, 2, ports)
    await dispatchRound(ref, {}, ports)
    await deadLetterChunks(ref, 'round', KEPT_FAILING, ports)
    expect(await listReceipts(ref, ports)).toEqual(new Set([1]))
    expect([...takeSentChunks(ports), ...ports.world.sent.events]).toEqual([])
  })

  it('returns false for a round that has ended', async () => {
    const ports = memoryPorts()
    const ref = toRound(addingJob())
    await startRound(ref, [1], ports)
    await runChunk(ref, 1, ports)
    expect(await cancelRound(ref, ports)).toBe(false)
    expect(await findEnd(ref, ports)).toMatchObject({ state: 'finished' })
  })
})

describe('a later round', () => {
  it('passes earlier receipts to its own chunks, and its totals cover all rounds', async () => {
    const ports = memoryPorts()
    const job = addingJob()
    await startRound(toRound(job, 1), [1, 2], ports)
    for (const chunk of [1, 2]) await runChunk(toRound(job, 1), chunk, ports)
    expect(await latestRound(job as FanOutJob, SUBJECT, ports)).toBe(1)
    const second = toRound(job, 2)
    await startRound(second, [2], ports)
    await runChunk(second, 2, ports)
    expect(await findEnd(second, ports)).toMatchObject({ totals: { sum: 1 + (2 + 2) } })
    expect(await latestRound(job as FanOutJob, SUBJECT, ports)).toBe(2)
  })
})
