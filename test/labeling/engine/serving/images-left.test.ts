import { describe, expect, it } from '@jest/globals'
import { endpoint } from '../../../../functions/me/list-jobs.ts'
import { listWorkerJobs } from '../../../../shared/labeling/engine/serving/list-worker-jobs.ts'
import { nextTasks } from '../../../../shared/labeling/engine/serving/next-tasks.ts'
import { submitAnswer } from '../../../../shared/labeling/engine/serving/submit-answer.ts'
import type { TaskWorker } from '../../../../shared/labeling/engine/serving/worker-job.ts'
import { catBox, type GivenAnswer, type GivenLine, pseudonym } from '../../../support/fixtures/closed-work.ts'
import { JOB, openWork, passSeconds, watch, workerNumber } from '../../../support/fixtures/open-work.ts'
import { enter, hire } from '../../../support/fixtures/workers.ts'
import { callEndpoint } from '../../../support/http/call-endpoint.ts'
import { memoryObject } from '../../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../../support/world/ports.ts'

const PROGRESS = 's3://work/system/labeling-work/cats-1/work000000000001/progress.json'
const reviewer = (number: number): TaskWorker => ({ ...workerNumber(number), role: 'review' })
const gives = (worker: number, answer: GivenAnswer['answer'] = 'empty'): GivenAnswer => ({ worker, answer })

/** Returns so many lines with these answers. */
const lines = (count: number, ...answers: GivenAnswer[]): GivenLine[] =>
  Array.from({ length: count }, () => ({ answers }))

/** Returns what the list says to a worker of the job: images done, and images left. */
async function counts(ports: MemoryPorts, worker: TaskWorker): Promise<readonly [done: number, left: number]> {
  const [item] = (await listWorkerJobs(worker, { limit: 100 }, ports)).items
  if (item?.state === 'unreadable' || !item) throw new Error('the job cannot be read')
  return [item.imagesDone, item.imagesLeft]
}

/** Lets a worker answer all tasks of a block, and hand it back. */
async function label(ports: MemoryPorts, worker: TaskWorker, say: (line: number) => object): Promise<void> {
  const reply = await nextTasks(JOB, worker, {}, ports)
  if (reply.state !== 'work') throw new Error(`got ${reply.state}`)
  for (const { line, ticket } of reply.tasks) {
    const submitId = `submit-${worker.id}-${worker.role}-${line}`
    await submitAnswer(JOB, line, worker, { ticket, submitId, answer: 'empty', ...say(line) }, ports)
  }
  await nextTasks(JOB, worker, { finished: reply.block }, ports)
}

describe('GET /v1/me/jobs', () => {
  it('says how many images the worker has done, and how many are left', async () => {
    const { ports } = openWork(25)
    const session = await enter(ports, await hire(ports, 'ann'))
    const list = async () => (await callEndpoint(endpoint, ports, { session })).json.items
    expect(await list()).toMatchObject([{ job: JOB, images: 25, imagesDone: 0, imagesLeft: 25 }])
    await label(ports, workerNumber(2), () => ({}))
    passSeconds(ports, 60)
    expect(await list()).toMatchObject([{ images: 25, imagesDone: 0, imagesLeft: 15 }])
    expect(await counts(ports, workerNumber(2))).toEqual([10, 15])
  })

  it('counts at most once a minute, whoever asks', async () => {
    const { ports } = openWork(25)
    await counts(ports, workerNumber(1))
    await label(ports, workerNumber(1), () => ({}))
    ports.world.calls.splice(0)
    expect(await counts(ports, workerNumber(1))).toEqual([0, 25])
    expect(ports.world.calls.map(({ method, key }) => `${method} ${key.replace(/^.*\//, '')}`)).toEqual([
      'list ',
      'get work.json',
      'get progress.json',
    ])
    passSeconds(ports, 60)
    expect(await counts(ports, workerNumber(2))).toEqual([0, 15])
  })
})

describe('the images that are left for a worker', () => {
  it.each([
    { name: 'who has answered nothing', worker: 9, expected: [0, 20] },
    { name: 'who has answered some that others are still asked about', worker: 1, expected: [10, 15] },
    { name: 'who has answered some that nobody else is asked about', worker: 2, expected: [5, 20] },
    { name: 'who has declined some', worker: 3, expected: [0, 15] },
  ])('are those that need opinions of others than one $name', async ({ worker, expected }) => {
    const { ports } = openWork(0, {
      workersPerObject: 2,
      lines: [...lines(5, gives(1), gives(2)), ...lines(5, gives(1)), ...lines(5, gives(3, 'declined')), ...lines(10)],
    })
    expect(await counts(ports, workerNumber(worker))).toEqual(expected)
  })

  it('do not include what was labeled before, what has no picture, and what has failed', async () => {
    const { ports } = openWork(0, {
      lines: [
        { task: { alreadyLabeled: true } },
        { task: { problem: 'no picture' } },
        { answers: [gives(1, 'declined')] },
        ...lines(4),
      ],
    })
    expect(await counts(ports, workerNumber(2))).toEqual([0, 4])
  })

  it('are none when the job is over, and for a worker who gets no more', async () => {
    const suspended = { [pseudonym(1)]: { at: '2026-01-02T03:30:00.000Z', score: 0.2, judged: 20 } }
    const stop = { at: '2026-01-02T03:30:00.000Z', because: 'requested' as const }
    const given = { lines: [...lines(3, gives(1)), ...lines(5)] }
    const poor = openWork(0, { ...given, suspended }).ports
    expect([await counts(poor, workerNumber(1)), await counts(poor, workerNumber(2))]).toEqual([
      [3, 0],
      [0, 5],
    ])
    const over = openWork(0, { ...given, stop }).ports
    expect([await counts(over, workerNumber(1)), await counts(over, workerNumber(2))]).toEqual([
      [3, 0],
      [0, 0],
    ])
  })

  it('include those that others have labeled and that are to be checked, but no own ones', async () => {
    const { ports } = openWork(0, {
      coverageCheck: true,
      lines: [...lines(4, gives(1)), ...lines(3, gives(1), { ...gives(2, 'correct'), purpose: 'check' }), ...lines(2)],
    })
    expect(await counts(ports, workerNumber(1))).toEqual([7, 2])
    expect(await counts(ports, workerNumber(2))).toEqual([3, 6])
    expect(await counts(ports, workerNumber(3))).toEqual([0, 6])
  })
})

describe('a reviewer', () => {
  it('has images left on which others differ, which nobody else has, and reviews are done images', async () => {
    const { ports } = openWork(3, { workersPerObject: 2, review: 'disputes' })
    const draws = (className: string) => ({ answer: 'boxes', boxes: [{ ...catBox(), className }] })
    await label(ports, workerNumber(1), () => draws('Cat'))
    await label(ports, workerNumber(2), (line) => draws(line === 2 ? 'Dog' : 'Cat'))
    passSeconds(ports, 60)
    expect([await counts(ports, reviewer(9)), await counts(ports, workerNumber(3))]).toEqual([
      [0, 1],
      [0, 0],
    ])
    await label(ports, reviewer(9), () => draws('Cat'))
    passSeconds(ports, 60)
    expect([await counts(ports, reviewer(9)), await counts(ports, workerNumber(1))]).toEqual([
      [1, 0],
      [3, 0],
    ])
  })
})

describe('the counts of a large job', () => {
  const shardReads = ({ world }: MemoryPorts) =>
    world.calls.splice(0).filter(({ method, key }) => method === 'get' && key.includes('/shards/')).length

  it('are of all images where nobody has counted them, without a read of a shard', async () => {
    const { ports } = openWork(2001)
    expect(await counts(ports, workerNumber(1))).toEqual([0, 2001])
    expect(shardReads(ports)).toBe(0)
  })

  it('are made by the message that watches it, and by the list where few shards have changed since', async () => {
    const { ports, work } = openWork(2001)
    await watch(work, ports)
    await label(ports, workerNumber(1), () => ({}))
    passSeconds(ports, 60)
    shardReads(ports)
    expect(await counts(ports, workerNumber(1))).toEqual([10, 1991])
    expect(shardReads(ports)).toBe(1)
  })

  it('are those that are stored where many shards have changed', async () => {
    const { ports, work } = openWork(2101)
    await watch(work, ports)
    const shards = [...ports.world.stored].filter(([uri]) => uri.includes('/shards/')).slice(0, 21)
    for (const [uri, { bytes }] of shards) {
      const shard = JSON.parse(Buffer.from(bytes).toString('utf8'))
      const answers = { [shard.firstLine]: [`${pseudonym(1)}.1`] }
      ports.world.stored.set(uri, memoryObject(JSON.stringify({ ...shard, answers })))
    }
    passSeconds(ports, 60)
    shardReads(ports)
    expect([await counts(ports, workerNumber(1)), shardReads(ports)]).toEqual([[0, 2101], 0])
    await watch(work, ports)
    expect(await counts(ports, workerNumber(1))).toEqual([21, 2080])
  })

  it('are made anew where they are damaged', async () => {
    const { ports } = openWork(0, { lines: [...lines(3, gives(1)), ...lines(5)] })
    ports.world.stored.set(PROGRESS, memoryObject('{'))
    expect(await counts(ports, workerNumber(1))).toEqual([3, 5])
  })

  it('are about what an older version has counted, until its shards change', async () => {
    const { ports } = openWork(0, { workersPerObject: 2, lines: [...lines(3, gives(1)), ...lines(5)] })
    await counts(ports, workerNumber(1))
    const { bytes } = ports.world.stored.get(PROGRESS)!
    ports.world.stored.set(
      PROGRESS,
      memoryObject(
        Buffer.from(bytes)
          .toString('utf8')
          .replace(/,\s*"waiting": 3/, ''),
      ),
    )
    expect(await counts(ports, workerNumber(1))).toEqual([3, 8])
  })
})
