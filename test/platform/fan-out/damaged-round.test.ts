import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { AppError } from '../../../shared/contracts/errors.ts'
import { cancelRound } from '../../../shared/platform/fan-out/complete-round.ts'
import type { FanOutJob } from '../../../shared/platform/fan-out/job.ts'
import { ChunkMessage } from '../../../shared/platform/fan-out/messages.ts'
import { latestReceipts } from '../../../shared/platform/fan-out/receipts.ts'
import { latestRound, type RoundRef, readEnd, readStart, startRound } from '../../../shared/platform/fan-out/round.ts'
import { deadLetterChunks, dispatchRound, runChunk } from '../../../shared/platform/fan-out/run-round.ts'
import { recordType } from '../../../shared/platform/state/record-type.ts'
import { storedObject } from '../../../shared/platform/state/stored-schema.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const Receipt = storedObject({ sum: z.number(), reason: z.string().optional() })
type Round = RoundRef<{ pile: string }, z.infer<typeof Receipt>, { sum: number; failed: string[] }>

/** A job that adds up the numbers of its chunks: 0, 1 and 2. */
const JOB: Round['job'] = {
  name: 'adding',
  subject: z.object({ pile: z.string() }),
  receipt: recordType('a receipt', Receipt),
  totals: z.object({ sum: z.number(), failed: z.array(z.string()) }),
  roundsKey: ({ pile }) => `piles/${pile}`,
  planChunks: async ({ pile }) => (pile === 'gone' ? undefined : [0, 1, 2]),
  runChunk: async (_subject, chunk) => ({ sum: chunk }),
  deadLetterChunk: async (_subject, _chunk, _before, { code, message }) => ({ sum: 0, reason: `${code}: ${message}` }),
  total: (receipts) => ({
    sum: [...receipts.values()].reduce((total, { sum }) => total + sum, 0),
    failed: [...receipts.values()].flatMap(({ reason }) => reason ?? []),
  }),
  onComplete: async (subject, totals) => ({ type: 'batch.copied', data: { ...subject, ...totals } }),
  onFailure: async (subject, _totals, { code }) => ({ type: 'batch.incomplete', data: { ...subject, code } }),
}
const SUBJECT = { pile: 'p' }
const ref: Round = { job: JOB, subject: SUBJECT, round: 1 }
const ERROR = new AppError('internal', 'It kept failing.')

const DAMAGE: [string, string | undefined][] = [
  ['deleted', undefined],
  ['emptied', ''],
  ['truncated', '{"chunks":[0,'],
  ['other JSON', '{"hello":"world"}'],
]

async function damage(ports: MemoryPorts, key: string, text: string | undefined): Promise<void> {
  if (text === undefined) await ports.objects.remove([{ key }])
  else await ports.objects.put(key, text)
}

/** More than any of these rounds needs: one that sends messages without end must fail. */
const MAX_MESSAGES = 20

/** Delivers the messages of the chunks until none is left. */
async function runAll(ports: MemoryPorts): Promise<void> {
  const { chunks } = ports.world.sent
  for (let count = 0; chunks.length > 0; count++) {
    if (count === MAX_MESSAGES) throw new Error('the round sends messages without end')
    await runChunk(ref, ChunkMessage.parse(chunks.shift()).chunk, ports)
  }
}
const totalsIn = async (ports: MemoryPorts) => (await readEnd(ref, ports))?.value.totals
const eventTypes = ({ world }: MemoryPorts) => world.sent.events.map((event) => (event as { type: string }).type)

/** A round in which chunk 0 is done. */
async function begun(): Promise<MemoryPorts> {
  const ports = memoryPorts()
  await startRound(ref, [0, 1, 2], ports)
  await dispatchRound(ref, {}, ports)
  ports.world.sent.chunks.shift()
  await runChunk(ref, 0, ports)
  return ports
}

describe.each(DAMAGE)('a round whose start is %s', (_, text) => {
  it('has it written again by the next message, and goes on to its end', async () => {
    const ports = await begun()
    await damage(ports, 'piles/p/1/start.json', text)
    await runAll(ports)
    expect((await readStart(ref, ports))?.chunks).toEqual([0, 1, 2])
    expect([await totalsIn(ports), eventTypes(ports)]).toEqual([{ sum: 3, failed: [] }, ['batch.copied']])
  })

  it('has it written again when the round is started again', async () => {
    const ports = await begun()
    await damage(ports, 'piles/p/1/start.json', text)
    await startRound(ref, [0, 1, 2], ports)
    expect((await readStart(ref, ports))?.chunks).toEqual([0, 1, 2])
  })

  it('ends when its messages are dead-lettered', async () => {
    const ports = await begun()
    await damage(ports, 'piles/p/1/start.json', text)
    await deadLetterChunks(ref, 'round', ERROR, ports)
    expect(await totalsIn(ports)).toMatchObject({ sum: 0, failed: [expect.any(String), expect.any(String)] })
  })

  it('can be cancelled', async () => {
    const ports = await begun()
    await damage(ports, 'piles/p/1/start.json', text)
    expect(await cancelRound(ref, ports)).toBe(true)
  })
})

describe.each(DAMAGE)('a round with a receipt that is %s', (name, text) => {
  it('does not end short of it: the chunk is done again, unless nobody knows that it was done', async () => {
    const ports = await begun()
    await damage(ports, 'piles/p/1/0000.json', text)
    await runAll(ports)
    expect(await totalsIn(ports)).toEqual(name === 'deleted' ? undefined : { sum: 3, failed: [] })
  })

  it('has the chunk done again by a message of its own', async () => {
    const ports = await begun()
    await damage(ports, 'piles/p/1/0000.json', text)
    await runChunk(ref, 0, ports)
    await runAll(ports)
    expect(await latestReceipts(ref, ports)).toEqual(
      new Map([0, 1, 2].map((chunk) => [chunk, { sum: chunk }] as const)),
    )
    expect(await totalsIn(ports)).toEqual({ sum: 3, failed: [] })
  })

  it('can be cancelled', async () => {
    const ports = await begun()
    await damage(ports, 'piles/p/1/0000.json', text)
    expect(await cancelRound(ref, ports)).toBe(true)
  })
})

describe('a round of which a receipt is lost while its last worker sums up', () => {
  it('does not end short of it', async () => {
    const ports = await begun()
    await runChunk(ref, 1, ports)
    // The worker has listed the receipts when the first one goes.
    ports.world.pause = async ({ method, key }) => {
      if (method === 'get' && key === 'piles/p/1/0000.json') ports.world.stored.delete('s3://work/piles/p/1/0000.json')
    }
    await runChunk(ref, 2, ports)
    expect(await totalsIn(ports)).toBeUndefined()
  })
})

describe.each(DAMAGE.slice(1))('a later round that does not do the chunk whose receipt is %s', (_, text) => {
  it('counts it as failed, for a reason that names the object', async () => {
    const ports = await begun()
    await runAll(ports)
    await damage(ports, 'piles/p/1/0000.json', text)
    const second = { ...ref, round: 2 }
    await startRound(second, [1], ports)
    await runChunk(second, 1, ports)
    expect((await readEnd(second, ports))?.value.totals).toEqual({
      sum: 3,
      failed: [expect.stringContaining('piles/p/1/0000.json')],
    })
  })
})

describe('a round whose receipt is lost after its message is gone', () => {
  it('has the chunk sent again after an hour without progress', async () => {
    const ports = await begun()
    await damage(ports, 'piles/p/1/0000.json', undefined)
    await runAll(ports)
    for (let check = { number: 1, done: 2 }; check.number <= 4; check = { ...check, number: check.number + 1 })
      await dispatchRound(ref, { check }, ports)
    await runAll(ports)
    expect([await totalsIn(ports), eventTypes(ports)]).toEqual([{ sum: 3, failed: [] }, ['batch.copied']])
  })

  it('ends after a day without progress, with what is left recorded as failed', async () => {
    const ports = await begun()
    await dispatchRound(ref, { check: { number: 96, done: 1 } }, ports)
    expect(await totalsIn(ports)).toMatchObject({ sum: 0, failed: [expect.any(String), expect.any(String)] })
  })
})

describe.each(DAMAGE.slice(1))('a round whose end is %s', (_, text) => {
  it('has it written again by the next message, with one event', async () => {
    const ports = await begun()
    await runAll(ports)
    await damage(ports, 'piles/p/1.json', text)
    await runChunk(ref, 2, ports)
    expect(await totalsIn(ports)).toEqual({ sum: 3, failed: [] })
    expect(new Set(ports.world.sent.events.map((event) => (event as { id: string }).id)).size).toBe(1)
  })

  it('is cancelled by cancelRound', async () => {
    const ports = await begun()
    await damage(ports, 'piles/p/1.json', text)
    expect(await cancelRound(ref, ports)).toBe(true)
    expect((await readEnd(ref, ports))?.value.state).toBe('cancelled')
  })
})

describe('the end of a round', () => {
  it('with totals that are not those of the job is corrupt, with an error that names it', async () => {
    const ports = await begun()
    await ports.objects.put('piles/p/1.json', '{"state":"finished","totals":{},"endedAt":"x"}')
    await expect(readEnd(ref, ports)).rejects.toMatchObject({ code: 'corrupt-state', key: 'piles/p/1.json' })
  })

  it('of version 1 is read with the mark by its old name', async () => {
    const ports = await begun()
    const end = { state: 'finished', totals: { sum: 1, failed: [] }, endedAt: 'x', followedAt: 'y' }
    await ports.objects.put('piles/p/1.json', JSON.stringify(end))
    expect((await readEnd(ref, ports))?.value).toMatchObject({ completedAt: 'y' })
  })
})

describe('latestRound', () => {
  it.each(['piles/p/2/start.json', 'piles/p/2.json'])('finds a round of which only %s is left', async (key) => {
    const ports = await begun()
    await ports.objects.put(key, '{}')
    expect(await latestRound(JOB as unknown as FanOutJob, SUBJECT, ports)).toBe(2)
  })

  it('ignores folders and objects that are no rounds', async () => {
    const ports = await begun()
    for (const key of ['piles/p/photo/1.jpg', 'piles/p/notes.json', 'piles/p/03/x', 'piles/p/9'])
      await ports.objects.put(key, '{}')
    expect(await latestRound(JOB as unknown as FanOutJob, SUBJECT, ports)).toBe(1)
  })
})

describe('latestRound with the numbers of others', () => {
  const latest = async (...keys: string[]) => {
    const ports = await begun()
    for (const key of keys) await ports.objects.put(`piles/p/${key}`, '{}')
    return await latestRound(JOB as unknown as FanOutJob, SUBJECT, ports)
  }

  it.each(['100000.json', '99999999999/x', `${'9'.repeat(30)}.json`, '7/', '4.json'])(
    'ignores %s, which does not follow',
    async (key) => {
      expect(await latest(key)).toBe(1)
    },
  )

  it('finds the last round although one before it has lost all its objects', async () => {
    expect(await latest('3/start.json')).toBe(3)
    expect(await latest('10.json', '9/start.json', '8.json', '6.json', '4/start.json', '2.json')).toBe(10)
  })

  it('counts no more than 10,000 rounds', async () => {
    expect(await latest(...Array.from({ length: 10_050 }, (_, index) => `${index + 1}.json`))).toBe(10_000)
  })
})

describe('a message of a round whose subject is gone', () => {
  it('writes no start', async () => {
    const ports = memoryPorts()
    await runChunk({ ...ref, subject: { pile: 'gone' } }, 0, ports)
    expect(ports.world.stored.size).toBe(0)
  })
})
