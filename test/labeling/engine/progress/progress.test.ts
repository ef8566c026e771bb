import { describe, expect, it } from '@jest/globals'
import { describeWork } from '../../../../shared/labeling/engine/describe-work.ts'
import { readProgress } from '../../../../shared/labeling/engine/progress/read-progress.ts'
import { crashAtEachCall } from '../../../support/crash/crash-at-each-call.ts'
import { retryUntilDone } from '../../../support/crash/retry.ts'
import {
  ANN,
  answersOf,
  BOB,
  CAT,
  handBack,
  joinAnswers,
  later,
  lease,
  lines,
  shardFor,
  storeShards,
  storeWork,
  workFor,
} from '../../../support/fixtures/work-progress.ts'
import { jsonAt, textAt } from '../../../support/world/bucket-contents.ts'
import { memoryObject } from '../../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../../../support/world/ports.ts'
import { copyWorld } from '../../../support/world/world.ts'

const FOLDER = 'system/labeling-work/cats-1/work1/'
const PROGRESS = `${FOLDER}progress.json`
const closed = { at: later(600), because: 'complete' } as const
/** A job of three shards with 100, 100 and 20 lines. */
const LARGE = workFor({ lines: 220 })
const LARGE_SHARDS = [shardFor({ lines: 100 }), shardFor({ shard: 1, lines: 100 }), shardFor({ shard: 2 })]

async function portsWith(work = workFor(), shards = [shardFor()]): Promise<MemoryPorts> {
  const ports = memoryPorts()
  await storeWork(work, ports)
  await storeShards(shards, ports, work)
  ports.world.calls.splice(0)
  return ports
}

const passSeconds = ({ world }: MemoryPorts, seconds: number): void => {
  world.now = new Date(world.now.getTime() + 1000 * seconds)
}

/** Returns the calls since the last time: `get shards/0000.json`. */
const takeCalls = ({ world }: MemoryPorts): string[] =>
  world.calls.splice(0).map(({ method, key }) => `${method} ${key.replace(FOLDER, '')}`)

describe('the progress of a job', () => {
  it('begins with all objects unlabeled', async () => {
    const ports = await portsWith()
    expect(await describeWork('cats-1', ports)).toMatchObject({
      job: 'cats-1',
      status: 'InProgress',
      counters: { labeled: 0, humanLabeled: 0, machineLabeled: 0, failed: 0, unlabeled: 20 },
      progress: { opinions: { given: 0, needed: 40 }, blocksOut: 0, expiredLeases: 0 },
      createdAt: '2026-01-02T03:04:05.000Z',
      updatedAt: '2026-01-02T03:04:05.000Z',
    })
  })

  it('adds all shards up', async () => {
    const ports = await portsWith(LARGE, [
      shardFor({
        lines: 100,
        answers: joinAnswers(answersOf(ANN, lines(1, 100)), answersOf(BOB, lines(1, 100))),
        handBacks: [handBack(ANN, later(-300), { sample: { milliseconds: 8192, boxes: 2 }, swapMilliseconds: 32 })],
        closed,
      }),
      shardFor({
        shard: 1,
        lines: 100,
        answers: joinAnswers(answersOf(ANN, lines(101, 110)), answersOf(BOB, [101], 'declined')),
        handBacks: [handBack(ANN, later(-100), { sample: { milliseconds: 16_384, boxes: 2 }, swapMilliseconds: 64 })],
        leases: [lease(BOB), lease(CAT, { until: later(-1) })],
      }),
      shardFor({
        shard: 2,
        answers: joinAnswers(answersOf(ANN, [201], 'declined'), answersOf(BOB, [201], 'declined')),
        handBacks: [handBack(CAT, later(-50), { answered: 0, expired: true })],
      }),
    ])
    expect(await describeWork('cats-1', ports)).toMatchObject({
      counters: { labeled: 100, failed: 1, unlabeled: 119 },
      progress: {
        opinions: { given: 210, needed: 190 + 38 },
        blocksOut: 1,
        expiredLeases: 2,
        medianSecondsPerImage: 8.2,
        medianSecondsPerBox: 4.1,
        imageSwapP95Milliseconds: 64,
      },
    })
  })

  it('knows no median and no end before there are answers', async () => {
    const { progress } = (await describeWork('cats-1', await portsWith())) ?? {}
    expect(progress).toMatchObject({
      medianSecondsPerImage: undefined,
      medianSecondsPerBox: undefined,
      imageSwapP95Milliseconds: undefined,
      estimatedEndAt: undefined,
    })
  })

  it('estimates the end from the last answers, as long as tasks are given out', async () => {
    const work = workFor()
    const ports = await portsWith(work, [
      shardFor({ answers: answersOf(ANN, lines(1, 10)), handBacks: [handBack(ANN, later(600))] }),
    ])
    passSeconds(ports, 605)
    // 10 opinions since 03:05, 550 seconds ago, and 30 to come: 1,650 seconds later, as a whole minute.
    expect((await describeWork('cats-1', ports))?.progress?.estimatedEndAt).toBe('2026-01-02T03:42:00.000Z')
    await storeWork({ ...work, stop: { at: later(600), because: 'requested' } }, ports)
    const stopping = await describeWork('cats-1', ports)
    expect(stopping).toMatchObject({ status: 'Stopping', progress: { estimatedEndAt: undefined } })
  })

  it('counts lines without a picture as failed, and those that were labeled before not at all', async () => {
    const ports = await portsWith(workFor({ alreadyLabeled: 3 }), [shardFor({ skipped: [1, 2, 3, 4, 5] })])
    expect((await describeWork('cats-1', ports))?.counters).toMatchObject({ labeled: 0, failed: 2, unlabeled: 15 })
  })

  it('is that of the result when the job has ended', async () => {
    const end = { status: 'Completed', at: later(900), counters: { labeled: 18, failed: 2, unlabeled: 0 } } as const
    const ports = await portsWith(workFor({ end }), [shardFor({ closed })])
    expect(await describeWork('cats-1', ports)).toMatchObject({
      status: 'Completed',
      counters: { labeled: 18, failed: 2, unlabeled: 0 },
      updatedAt: later(900),
    })
  })

  it('is unknown for a name that no job has', async () => {
    expect(await describeWork('cats-2', await portsWith())).toBeUndefined()
  })
})

describe('counting the shards of a job', () => {
  it('stays the same for a minute, and is one read', async () => {
    const ports = await portsWith()
    const before = await describeWork('cats-1', ports)
    expect(takeCalls(ports)).toEqual([
      'get system/labeling-work/cats-1/work.json',
      'get progress.json',
      'list shards/',
      'get shards/0000.json',
      'put progress.json',
    ])
    await storeShards([shardFor({ answers: answersOf(ANN, lines(1, 10)), leases: [lease(ANN)] })], ports)
    passSeconds(ports, 59)
    takeCalls(ports)
    expect(await describeWork('cats-1', ports)).toEqual(before)
    expect(takeCalls(ports)).toEqual(['get system/labeling-work/cats-1/work.json', 'get progress.json'])
    passSeconds(ports, 1)
    expect((await describeWork('cats-1', ports))?.progress).toMatchObject({ opinions: { given: 10 }, blocksOut: 1 })
  })

  it('reads only shards that have changed, and closed ones never again', async () => {
    const first = shardFor({ lines: 100, closed })
    const ports = await portsWith(LARGE, [first, ...LARGE_SHARDS.slice(1)])
    await readProgress(LARGE, ports)
    await storeShards([{ ...first, handBacks: [] }], ports)
    await storeShards([shardFor({ shard: 2, answers: answersOf(BOB, [201]) })], ports)
    passSeconds(ports, 60)
    takeCalls(ports)
    const { details } = await readProgress(LARGE, ports)
    expect(details.opinions.given).toBe(1)
    expect(takeCalls(ports)).toEqual(['get progress.json', 'list shards/', 'get shards/0002.json', 'put progress.json'])
  })

  it('reads a shard that is closed again as long as its workers are not scored', async () => {
    const unscored = shardFor({ lines: 100, closed, scores: undefined })
    const ports = await portsWith(LARGE, [unscored, ...LARGE_SHARDS.slice(1)])
    await readProgress(LARGE, ports)
    const scores = {
      [ANN]: { agreement: { judged: 9, sum: 8.1 }, gold: { judged: 0, sum: 0 }, agreementByHour: {}, habits: {} },
    }
    await storeShards([{ ...unscored, answers: answersOf(ANN, [1]), scores }], ports)
    passSeconds(ports, 60)
    expect((await readProgress(LARGE, ports)).workers[ANN]?.score).toEqual(scores[ANN])
    expect(jsonAt(ports.world, PROGRESS)).toMatchObject({ closed: [0] })
  })

  it('notices that a lease has expired although nobody has touched its shard', async () => {
    const ports = await portsWith(workFor(), [shardFor({ leases: [lease(ANN)] })])
    expect((await describeWork('cats-1', ports))?.progress).toMatchObject({ blocksOut: 1, expiredLeases: 0 })
    passSeconds(ports, 900)
    expect((await describeWork('cats-1', ports))?.progress).toMatchObject({ blocksOut: 0, expiredLeases: 1 })
  })

  it('does not wait for a minute to pass when the job has ended', async () => {
    const answers = answersOf(ANN, lines(1, 20))
    const ports = await portsWith()
    await describeWork('cats-1', ports)
    passSeconds(ports, 10)
    await storeShards([shardFor({ answers, closed })], ports)
    const counters = { labeled: 20, failed: 0, unlabeled: 0 }
    await storeWork(workFor({ end: { status: 'Completed', at: later(10), counters } }), ports)
    expect((await describeWork('cats-1', ports))?.progress?.opinions).toEqual({ given: 20, needed: 0 })
  })

  it('reads nothing but the counts once all shards are closed', async () => {
    const ports = await portsWith(workFor(), [shardFor({ closed })])
    await describeWork('cats-1', ports)
    passSeconds(ports, 3600)
    takeCalls(ports)
    await describeWork('cats-1', ports)
    expect(takeCalls(ports)).toEqual(['get system/labeling-work/cats-1/work.json', 'get progress.json'])
  })

  it('keeps closed shards as a sum: the object does not grow with them', async () => {
    const work = workFor({ lines: 100_000, workersPerObject: 1 })
    const workers = Array.from({ length: 200 }, (_, index) => index.toString(16).padStart(16, '0'))
    const shards = Array.from({ length: 1000 }, (_, shard) => {
      const own = Array.from({ length: 10 }, (_, block) => workers[(shard * 7 + block * 13) % 200] ?? '')
      const first = 100 * shard + 1
      return shardFor({
        shard,
        lines: 100,
        answers: joinAnswers(
          ...own.map((one, block) => answersOf(one, lines(first + 10 * block, first + 10 * block + 9))),
        ),
        handBacks: own.map((one, block) =>
          handBack(one, later(shard * 60 + block), { sample: { milliseconds: 4000 + 97 * shard, boxes: 3 } }),
        ),
        closed,
      })
    })
    const ports = await portsWith(work, shards)
    const { counters, workers: counted } = await readProgress(work, ports)
    expect(counters).toEqual({ labeled: 100_000, failed: 0, unlabeled: 0 })
    expect(Object.keys(counted)).toHaveLength(200)
    expect(Object.values(counted).reduce((sum, { blocks }) => sum + blocks, 0)).toBe(10_000)
    expect(textAt(ports.world, PROGRESS)?.length).toBeLessThan(250_000)
  })

  it('names shards that are missing or damaged, and counts the others', async () => {
    const answers = answersOf(ANN, lines(1, 50))
    const ports = await portsWith(LARGE, [shardFor({ lines: 100, answers }), ...LARGE_SHARDS.slice(1)])
    ports.world.stored.set(`s3://work/${FOLDER}shards/0001.json`, memoryObject('{'))
    ports.world.stored.delete(`s3://work/${FOLDER}shards/0002.json`)
    const found = await describeWork('cats-1', ports)
    expect(found).toMatchObject({
      counters: { labeled: 0, failed: 0, unlabeled: 220 },
      progress: {
        opinions: { given: 50, needed: 150 },
        unreadable: [`${FOLDER}shards/0001.json`, `${FOLDER}shards/0002.json`],
      },
    })
    await storeShards([shardFor({ shard: 2 })], ports)
    passSeconds(ports, 60)
    expect((await describeWork('cats-1', ports))?.progress?.unreadable).toEqual([`${FOLDER}shards/0001.json`])
  })

  it.each(['{', '', '{"workId":"another"}'])('makes a damaged record of it anew: %j', async (damaged) => {
    const ports = await portsWith(workFor(), [shardFor({ answers: answersOf(ANN, [1]) })])
    ports.world.stored.set(`s3://work/${PROGRESS}`, memoryObject(damaged))
    expect((await describeWork('cats-1', ports))?.progress?.opinions).toEqual({ given: 1, needed: 39 })
    expect(jsonAt(ports.world, PROGRESS)).toMatchObject({ workId: 'work1' })
  })

  it('leaves nothing behind for a job whose objects are being deleted', async () => {
    const ports = await portsWith(workFor(), [])
    await describeWork('cats-1', ports)
    expect(jsonAt(ports.world, PROGRESS)).toBeNull()
  })

  it('is right for both of two callers who count at the same time', async () => {
    const ports = await portsWith(LARGE, [shardFor({ lines: 100, closed }), ...LARGE_SHARDS.slice(1)])
    await readProgress(LARGE, ports)
    await storeShards([shardFor({ shard: 1, lines: 100, closed: { ...closed, because: 'stopped' } })], ports)
    passSeconds(ports, 60)
    const both = await Promise.all([readProgress(LARGE, ports), readProgress(LARGE, ports)])
    for (const { counters } of both) expect(counters).toEqual({ labeled: 0, failed: 100, unlabeled: 120 })
    expect(jsonAt(ports.world, PROGRESS)).toMatchObject({ closed: [0, 1] })
  })

  it('counts each shard once, whatever call a crash follows', async () => {
    const answers = answersOf(ANN, lines(101, 110))
    const second = shardFor({ shard: 1, lines: 100, answers })
    const ports = await portsWith(LARGE, [shardFor({ lines: 100, closed }), second, shardFor({ shard: 2 })])
    await readProgress(LARGE, ports)
    await storeShards([{ ...second, closed, scores: {} }], ports)
    passSeconds(ports, 60)
    const calls = await crashAtEachCall(
      copyWorld(ports.world),
      (crashing) => retryUntilDone(async () => void (await readProgress(LARGE, crashing))),
      async (crashed, where) => {
        const { counters, details } = await readProgress(LARGE, crashed)
        expect([where, counters]).toEqual([where, { labeled: 10, failed: 190, unlabeled: 20 }])
        expect([where, details.opinions]).toEqual([where, { given: 10, needed: 40 }])
        expect([where, jsonAt(crashed.world, PROGRESS).closed]).toEqual([where, [0, 1]])
      },
    )
    expect(calls).toBe(4)
  })
})
