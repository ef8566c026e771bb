import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { AppError } from '../../../shared/contracts/errors.ts'
import { cancelRound } from '../../../shared/platform/fan-out/complete.ts'
import { type FanOutJob, SubjectGoneError } from '../../../shared/platform/fan-out/job.ts'
import { ChunkMessage } from '../../../shared/platform/fan-out/messages.ts'
import { latestReceipts, listReceipts } from '../../../shared/platform/fan-out/receipts.ts'
import { latestRound, type RoundRef, readEnd, startRound } from '../../../shared/platform/fan-out/round.ts'
import { deadLetterChunks, dispatchRound, runChunk } from '../../../shared/platform/fan-out/run-round.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'
import { Died } from '../../support/world/world.ts'

const Subject = z.object({ pile: z.string() })
const Receipt = z.object({ sum: z.number(), reason: z.string().optional() })
const Totals = z.object({ sum: z.number() })
type Adding = FanOutJob<{ pile: string }, z.infer<typeof Receipt>, { sum: number }>

/** Work that adds up the numbers of its chunks. */
const adding = (changes: Partial<Adding> = {}): Adding => ({
  name: 'adding',
  subject: Subject,
  receipt: Receipt,
  totals: Totals,
  roundsKey: ({ pile }) => `piles/${pile}/rounds`,
  runChunk: async (_subject, chunk, before) => ({ sum: chunk + (before?.sum ?? 0) }),
  deadLetterChunk: async (_subject, _chunk, _before, { code, message }) => ({ sum: -1, reason: `${code}: ${message}` }),
  total: (receipts) => ({ sum: [...receipts.values()].reduce((total, { sum }) => total + sum, 0) }),
  onComplete: async ({ pile }, { sum }) => ({ type: 'batch.copied', data: { pile, sum } }),
  onFailure: async ({ pile }, _totals, { code }) => ({ type: 'batch.incomplete', data: { pile, code } }),
  ...changes,
})
const SUBJECT = { pile: 'p1' }
const KEPT_FAILING = new AppError('internal', 'It kept failing.')
const roundOf = (work: Adding, round = 1): RoundRef<typeof SUBJECT, z.infer<typeof Receipt>, { sum: number }> => ({
  job: work,
  subject: SUBJECT,
  round,
})
const sentChunks = ({ world }: MemoryPorts) =>
  world.sent.chunks.splice(0).map((message) => ChunkMessage.parse(message).chunk)
const endOf = async (ref: ReturnType<typeof roundOf>, ports: MemoryPorts) => (await readEnd(ref, ports))?.value

describe('a round', () => {
  it('begins with a single message, which sends one for each chunk', async () => {
    const ports = memoryPorts()
    const ref = roundOf(adding())
    await startRound(ref, [0, 1, 2], ports)
    expect(ports.world.sent.tasks).toEqual([
      { task: 'start-round', job: 'adding', subject: SUBJECT, round: 1, requestId: 'request-1' },
    ])
    await dispatchRound(ref, SUBJECT, ports)
    expect(sentChunks(ports)).toEqual([0, 1, 2])
  })
  it('ends with the last receipt, whose worker writes the totals and sends the event', async () => {
    const ports = memoryPorts()
    const ref = roundOf(adding())
    await startRound(ref, [1, 2, 3], ports)
    for (const chunk of [3, 1]) await runChunk(ref, chunk, ports)
    expect(await endOf(ref, ports)).toBeUndefined()
    await runChunk(ref, 2, ports)
    expect(await endOf(ref, ports)).toMatchObject({
      state: 'finished',
      totals: { sum: 6 },
      completedAt: expect.any(String),
    })
    expect(ports.world.sent.events).toMatchObject([{ type: 'batch.copied', data: { pile: 'p1', sum: 6 } }])
  })
  it('does a chunk once, however often its message comes', async () => {
    const ports = memoryPorts()
    let runs = 0
    const ref = roundOf(adding({ runChunk: async () => ({ sum: ++runs }) }))
    await startRound(ref, [0, 1], ports)
    for (const chunk of [0, 0, 1, 1, 0]) await runChunk(ref, chunk, ports)
    expect(runs).toBe(2)
    expect(ports.world.sent.events).toHaveLength(1)
  })
  it('sends only chunks without receipt when it is started again, and keeps what it was to do', async () => {
    const ports = memoryPorts()
    const ref = roundOf(adding())
    await startRound(ref, [0, 1, 2], ports)
    await runChunk(ref, 1, ports)
    await startRound(ref, [7, 8, 9], ports)
    await dispatchRound(ref, SUBJECT, ports)
    expect(sentChunks(ports)).toEqual([0, 2])
  })
  it('that lacks only its end is ended when it is started again', async () => {
    const ports = memoryPorts()
    const ref = roundOf(adding())
    await startRound(ref, [0], ports)
    ports.world.fault = ({ method, key }) => (method === 'put' && key.endsWith('/1.json') ? 'before' : undefined)
    await expect(runChunk(ref, 0, ports)).rejects.toThrow(Died)
    ports.world.fault = () => undefined
    await dispatchRound(ref, SUBJECT, ports)
    expect(await endOf(ref, ports)).toMatchObject({ state: 'finished' })
  })
  it('that nobody started, or has no such chunk, does nothing', async () => {
    const ports = memoryPorts()
    const ref = roundOf(adding())
    await runChunk(ref, 0, ports)
    await dispatchRound(ref, SUBJECT, ports)
    await startRound(ref, [0], ports)
    const before = ports.world.stored.size
    await runChunk(ref, 5, ports)
    expect(ports.world.stored.size).toBe(before)
    expect(sentChunks(ports)).toEqual([])
  })
  it('counts a thousand receipts by one LIST', async () => {
    const ports = memoryPorts()
    const ref = roundOf(adding())
    await startRound(ref, [...Array(1000).keys()], ports)
    for (let chunk = 0; chunk < 1000; chunk++)
      await ports.objects.put(`piles/p1/rounds/1/${String(chunk).padStart(4, '0')}.json`, '{"sum":1}')
    const from = ports.world.calls.length
    expect((await listReceipts(ref, ports)).size).toBe(1000)
    expect(ports.world.calls.length - from).toBe(1)
    await dispatchRound(ref, SUBJECT, ports)
    expect(await endOf(ref, ports)).toMatchObject({ totals: { sum: 1000 } })
  })
})

describe('LIST pages that end early', () => {
  const shortPages = (ports: MemoryPorts): MemoryPorts => ({
    ...ports,
    objects: {
      ...ports.objects,
      list: (prefix, options) => ports.objects.list(prefix, { ...options, limit: Math.min(2, options?.limit ?? 2) }),
    },
  })
  it('hide no receipt and no round', async () => {
    const ports = shortPages(memoryPorts())
    const ref = roundOf(adding())
    await startRound(ref, [0, 1, 2, 3, 4], ports)
    for (const chunk of [4, 2, 0, 1, 3]) await runChunk(ref, chunk, ports)
    expect(await listReceipts(ref, ports)).toEqual(new Set([0, 1, 2, 3, 4]))
    expect(await endOf(ref, ports)).toMatchObject({ totals: { sum: 10 } })
    for (const round of [2, 3, 4, 5]) await startRound(roundOf(adding(), round), [0], ports)
    expect(await latestRound(adding() as FanOutJob, SUBJECT, ports)).toBe(5)
  })
})

describe('an event', () => {
  it('has one id however often its sender dies, and is never lost', async () => {
    const whole = memoryPorts()
    const ref = roundOf(adding())
    await startRound(ref, [0], whole)
    const from = whole.world.calls.length
    await runChunk(ref, 0, whole)
    const ids = new Set<unknown>()
    for (let call = from + 1; call <= whole.world.calls.length; call++)
      for (const moment of ['before', 'after'] as const) {
        const ports = memoryPorts()
        await startRound(ref, [0], ports)
        ports.world.fault = (_, number) => (number === call ? moment : undefined)
        await expect(runChunk(ref, 0, ports)).rejects.toThrow(Died)
        await runChunk(ref, 0, ports)
        expect(ports.world.sent.events.length).toBeGreaterThan(0)
        for (const event of ports.world.sent.events) ids.add((event as { id: string }).id)
      }
    expect(ids.size).toBe(1)
  })
  it('has another id for another round, subject or type', async () => {
    const idOf = async (changes: Partial<Adding>, round: number) => {
      const ports = memoryPorts()
      const ref = roundOf(adding(changes), round)
      await startRound(ref, [0], ports)
      await runChunk(ref, 0, ports)
      return (ports.world.sent.events[0] as { id: string }).id
    }
    const ids = [
      await idOf({}, 1),
      await idOf({}, 2),
      await idOf({ roundsKey: () => 'piles/p2/rounds' }, 1),
      await idOf({ onComplete: async () => ({ type: 'batch.selected', data: {} }) }, 1),
    ]
    expect(new Set(ids).size).toBe(4)
    expect(ids[0]).toBe(await idOf({}, 1))
  })
  it('is sent before what may only happen afterwards, and both happen again if the worker died between', async () => {
    const ports = memoryPorts()
    const seen: number[] = []
    const afterwards = async () => {
      seen.push(ports.world.sent.events.length)
      if (seen.length === 1) throw new Died('afterwards')
    }
    const ref = roundOf(
      adding({ onComplete: async () => ({ type: 'batch.copied', data: {}, afterPublish: afterwards }) }),
    )
    await startRound(ref, [0], ports)
    await expect(runChunk(ref, 0, ports)).rejects.toThrow(Died)
    await runChunk(ref, 0, ports)
    await runChunk(ref, 0, ports)
    expect(seen).toEqual([1, 2])
    expect(ports.world.sent.events[0]).not.toHaveProperty('afterwards')
  })
})

describe('a chunk that fails', () => {
  it('is tried again when that may help', async () => {
    const ports = memoryPorts()
    let attempts = 0
    const flaky = async () => {
      attempts += 1
      if (attempts === 1) throw new AppError('upstream-failed', 'down')
      return { sum: 1 }
    }
    const ref = roundOf(adding({ runChunk: flaky }))
    await startRound(ref, [0], ports)
    await expect(runChunk(ref, 0, ports)).rejects.toThrow('down')
    await runChunk(ref, 0, ports)
    expect(await endOf(ref, ports)).toMatchObject({ totals: { sum: 1 } })
  })
  it('gets a receipt that says why at once when it is hopeless', async () => {
    const ports = memoryPorts()
    const hopeless = async (): Promise<never> => {
      throw new AppError('source-changed', 'The file was replaced.')
    }
    const ref = roundOf(adding({ runChunk: hopeless }))
    await startRound(ref, [0], ports)
    await runChunk(ref, 0, ports)
    expect(await latestReceipts(ref, ports)).toEqual(
      new Map([[0, { sum: -1, reason: 'source-changed: The file was replaced.' }]]),
    )
    expect(await endOf(ref, ports)).toMatchObject({ state: 'finished' })
  })
  it('and is given up ends the round, leaving the receipts that there are', async () => {
    const ports = memoryPorts()
    const ref = roundOf(adding())
    await startRound(ref, [3, 4, 5], ports)
    await runChunk(ref, 3, ports)
    await deadLetterChunks(ref, 4, KEPT_FAILING, ports)
    expect(await endOf(ref, ports)).toBeUndefined()
    await deadLetterChunks(ref, 'round', KEPT_FAILING, ports)
    expect(await endOf(ref, ports)).toMatchObject({ totals: { sum: 3 - 1 - 1 } })
  })
})

describe('what follows a round', () => {
  const failing = (error: Error, changes: Partial<Adding> = {}) =>
    roundOf(adding({ onComplete: () => Promise.reject(error), ...changes }))

  it('and fails is tried again, until it is given up: then the work fails, and the round has its end', async () => {
    const ports = memoryPorts()
    const ref = failing(new Error('boom'))
    await startRound(ref, [0], ports)
    for (let turn = 0; turn < 4; turn++) await expect(runChunk(ref, 0, ports)).rejects.toThrow('boom')
    expect(await endOf(ref, ports)).not.toHaveProperty('completedAt')
    for (let turn = 0; turn < 2; turn++) await deadLetterChunks(ref, 0, KEPT_FAILING, ports)
    expect(await endOf(ref, ports)).toHaveProperty('completedAt')
    expect(ports.world.sent.events).toMatchObject([{ type: 'batch.incomplete', data: { code: 'internal' } }])
  })
  it('and fails where the last chunk is given up fails the work when that is given up again', async () => {
    const ports = memoryPorts()
    const ref = failing(new Error('boom'))
    await startRound(ref, [0], ports)
    await expect(deadLetterChunks(ref, 'round', KEPT_FAILING, ports)).rejects.toThrow('boom')
    await deadLetterChunks(ref, 'round', KEPT_FAILING, ports)
    expect(await endOf(ref, ports)).toMatchObject({ totals: { sum: -1 }, completedAt: expect.any(String) })
  })
  it('is for the chunk that ended it: late messages of others do not do it as well, nor fail it', async () => {
    const ports = memoryPorts()
    let follows = 0
    const follow = () => {
      follows += 1
      return Promise.reject(new Error('boom'))
    }
    const ref = roundOf(adding({ onComplete: follow }))
    await startRound(ref, [0, 1], ports)
    await runChunk(ref, 0, ports)
    await expect(runChunk(ref, 1, ports)).rejects.toThrow('boom')
    await runChunk(ref, 0, ports)
    await deadLetterChunks(ref, 0, KEPT_FAILING, ports)
    await deadLetterChunks(ref, 'round', KEPT_FAILING, ports)
    expect(follows).toBe(1)
    expect(await endOf(ref, ports)).not.toHaveProperty('completedAt')
    await expect(runChunk(ref, 1, ports)).rejects.toThrow('boom')
    await expect(dispatchRound(ref, SUBJECT, ports)).rejects.toThrow('boom')
    expect(follows).toBe(3)
  })
  it('and is hopeless fails the work at once, saying why', async () => {
    const ports = memoryPorts()
    const ref = failing(new AppError('source-changed', 'The file was replaced.'))
    await startRound(ref, [0], ports)
    await runChunk(ref, 0, ports)
    expect(await endOf(ref, ports)).toHaveProperty('completedAt')
    expect(ports.world.sent.events).toMatchObject([{ type: 'batch.incomplete', data: { code: 'source-changed' } }])
  })
})

describe('a subject that is gone', () => {
  const gone = async (): Promise<never> => {
    throw new SubjectGoneError('The pile is gone.')
  }
  it.each<[string, Partial<Adding>]>([
    ['the work', { runChunk: gone }],
    ['giving up', { runChunk: () => Promise.reject(new AppError('bad-source', 'No number.')), deadLetterChunk: gone }],
    ['what follows', { onComplete: gone }],
  ])('has its remains removed, and nothing is tried again: found by %s', async (_, changes) => {
    const ports = memoryPorts()
    const ref = roundOf(adding({ ...changes, cleanUp: () => ports.objects.put('cleaned', '').then(() => undefined) }))
    await startRound(ref, [0], ports)
    await runChunk(ref, 0, ports)
    expect(await ports.objects.get('cleaned')).toBeDefined()
    expect(ports.world.sent.events).toEqual([])
  })
})

describe('a round that is cancelled', () => {
  it('ends with what is done, drops late messages and sends no event', async () => {
    const ports = memoryPorts()
    const ref = roundOf(adding())
    await startRound(ref, [1, 2], ports)
    await runChunk(ref, 1, ports)
    expect(await cancelRound(ref, ports)).toBe(true)
    expect(await endOf(ref, ports)).toMatchObject({ state: 'cancelled', totals: { sum: 1 } })
    await runChunk(ref, 2, ports)
    await dispatchRound(ref, SUBJECT, ports)
    await deadLetterChunks(ref, 'round', KEPT_FAILING, ports)
    expect(await listReceipts(ref, ports)).toEqual(new Set([1]))
    expect([...sentChunks(ports), ...ports.world.sent.events]).toEqual([])
  })
  it('cannot be cancelled once it has ended', async () => {
    const ports = memoryPorts()
    const ref = roundOf(adding())
    await startRound(ref, [1], ports)
    await runChunk(ref, 1, ports)
    expect(await cancelRound(ref, ports)).toBe(false)
    expect(await endOf(ref, ports)).toMatchObject({ state: 'finished' })
  })
})

describe('a later round', () => {
  it('does its own chunks, starting from the receipts before, and totals over all rounds', async () => {
    const ports = memoryPorts()
    const work = adding()
    await startRound(roundOf(work, 1), [1, 2], ports)
    for (const chunk of [1, 2]) await runChunk(roundOf(work, 1), chunk, ports)
    expect(await latestRound(work as FanOutJob, SUBJECT, ports)).toBe(1)
    const second = roundOf(work, 2)
    await startRound(second, [2], ports)
    await runChunk(second, 2, ports)
    expect(await endOf(second, ports)).toMatchObject({ totals: { sum: 1 + (2 + 2) } })
    expect(await latestRound(work as FanOutJob, SUBJECT, ports)).toBe(2)
  })
})
