import { describe, expect, it } from '@jest/globals'
import { countedAnswers } from '../../shared/labeling/engine/shard.ts'
import { BLOCK_LINES, toShard } from '../../shared/labeling/engine/work.ts'
import { type Settings, simulateJob } from '../support/people/simulate-job.ts'

const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1)
const BUSY = { lines: 60, workersPerObject: 2, people: 8, turns: 150, faults: 0.04 }

const DAMAGED = { damages: 0.02, lines: 30, people: 5 }

const runs = new Map<string, ReturnType<typeof simulateJob>>()

/** Runs a simulation once for all tests of a seed. */
function run(seed: number, changes: Partial<Settings> = {}): ReturnType<typeof simulateJob> {
  const name = JSON.stringify([seed, changes])
  const started = runs.get(name) ?? simulateJob({ ...BUSY, seed, ...changes })
  runs.set(name, started)
  return started
}

/** Returns the answers that a worker was told to be counted, and that are not. */
const findLost = ({ ledger, shards }: Awaited<ReturnType<typeof simulateJob>>): string[] =>
  [...ledger.counted]
    .filter(([name, revision]) => {
      const [line, worker] = name.split('.')
      const counted = countedAnswers(shards[toShard(Number(line))]!, Number(line))
      return !counted.some((one) => one.worker === worker && one.revision >= revision)
    })
    .map(([name]) => name)

describe('people who work on a job, whatever they do and whatever fails,', () => {
  it.each(SEEDS)('lose no answer that was acknowledged as counted (seed %d)', async (seed) => {
    const result = await run(seed)
    expect(result.ledger.counted.size).toBeGreaterThan(20)
    expect(findLost(result)).toEqual([])
  })

  it.each(SEEDS)('lose none of a job that is stopped meanwhile (seed %d)', async (seed) => {
    expect(findLost(await run(seed, { stopAfter: 60 }))).toEqual([])
  })

  it.each(SEEDS)('lose none when the shards of the job are damaged again and again (seed %d)', async (seed) => {
    const result = await run(seed, DAMAGED)
    const rebuilt = result.ports.world.logged.filter(({ event }) => event === 'shard.rebuilt')
    expect(rebuilt.length).toBeGreaterThan(2)
    expect(result.ledger.counted.size).toBeGreaterThan(10)
    expect(findLost(result)).toEqual([])
  })

  it.each(SEEDS)('lose none of a damaged job that is stopped meanwhile (seed %d)', async (seed) => {
    expect(findLost(await run(seed, { ...DAMAGED, stopAfter: 60 }))).toEqual([])
  })

  it.each(SEEDS)('never give two answers to one image that count (seed %d)', async (seed) => {
    for (const { shards } of [await run(seed), await run(seed, DAMAGED)]) {
      const names = shards.flatMap(({ answers }) =>
        Object.entries(answers).flatMap(([line, counted]) => counted.map((text) => `${line}.${text.split('.')[0]}`)),
      )
      expect(new Set(names).size).toBe(names.length)
    }
  })

  it.each(SEEDS)(
    'give an image too many answers only where a lease expired or an answer changed (seed %d)',
    async (seed) => {
      const { shards, ledger } = await run(seed)
      const surplus = shards
        .flatMap((shard) => Object.keys(shard.answers).map((line) => countedAnswers(shard, Number(line))))
        .map((answers) => answers.filter(({ noLabel }) => noLabel !== 'declined').length - BUSY.workersPerObject)
        .reduce((sum, count) => sum + Math.max(0, count), 0)
      const expired = shards.flatMap(({ handBacks }) => handBacks).filter((one) => one.expired).length
      expect(surplus).toBeLessThanOrEqual(BLOCK_LINES * expired + ledger.replaced)
    },
  )

  it.each(SEEDS)('leave a job behind that ends (seed %d)', async (seed) => {
    for (const { ports, shards } of [await run(seed), await run(seed, DAMAGED)]) {
      expect(shards.filter(({ closed }) => !closed)).toEqual([])
      const started = expect.objectContaining({ task: 'start-round', job: 'labeling-result' })
      expect(ports.world.sent.tasks).toContainEqual(started)
    }
  })
})
