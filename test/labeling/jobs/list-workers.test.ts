import { describe, expect, it } from '@jest/globals'
import { PageQuery } from '../../../shared/contracts/page.ts'
import type { Shard } from '../../../shared/labeling/engine/shard.ts'
import { findWork } from '../../../shared/labeling/engine/work.ts'
import { createJob } from '../../../shared/labeling/jobs/create.ts'
import { listJobWorkers } from '../../../shared/labeling/jobs/list-workers.ts'
import { workerPseudonym } from '../../../shared/labeling/workers/pseudonym.ts'
import { findWorker } from '../../../shared/labeling/workers/store.ts'
import { copiedPorts, create, ownJobFor } from '../../support/fixtures/labeling-jobs.ts'
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
} from '../../support/fixtures/work-progress.ts'
import { enter, hire } from '../../support/fixtures/workers.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const list = (ports: MemoryPorts, query: object = {}, job = 'cats-1') =>
  listJobWorkers(job, PageQuery.parse(query), ports)

/** A job of our engine on five images, with a shard as given. */
async function jobWith(ports: MemoryPorts, shard: Partial<Shard>): Promise<MemoryPorts> {
  await createJob('cats-1', ownJobFor(), ports)
  const work = (await findWork('cats-1', ports))?.value
  if (!work) throw new Error('the engine has no such job')
  await storeShards([shardFor({ lines: 5, ...shard, workId: work.workId })], ports, work)
  return ports
}

/** A job with three workers, one of whom has only just begun. */
const labeled = async (): Promise<MemoryPorts> =>
  jobWith(await copiedPorts(), {
    answers: joinAnswers(answersOf(BOB, lines(1, 4)), answersOf(BOB, [5], 'declined'), answersOf(ANN, [1, 2])),
    handBacks: [
      handBack(BOB, later(95), { seconds: 90.4, sample: { milliseconds: 8192, boxes: 1 } }),
      handBack(ANN, later(1000), { answered: 2, seconds: 980, expired: true }),
    ],
    leases: [lease(CAT, { since: later(5) })],
  })

describe('GET /v1/labeling-jobs/{job}/workers', () => {
  it('lists what each worker has done', async () => {
    const numbers = { declined: 0, blocks: 0, blockSeconds: 0 }
    expect(await list(await labeled())).toEqual({
      items: [
        { workerId: ANN, ...numbers, answers: 2, lastSeen: later(20) },
        {
          workerId: BOB,
          answers: 4,
          declined: 1,
          blocks: 1,
          blockSeconds: 90,
          medianSecondsPerImage: 8.2,
          medianSecondsPerBox: 8.2,
          lastSeen: later(95),
        },
        { workerId: CAT, ...numbers, answers: 0, lastSeen: later(5) },
      ],
    })
  })

  it('names workers, also those who share a link, as long as their records exist', async () => {
    const ports = await copiedPorts()
    await hire(ports, 'ann')
    const shared = await hire(ports, 'workshop', { seats: 3 })
    for (const seat of ['first-seat-000000', 'second-seat-00000']) await enter(ports, shared, seat)
    const idOf = async (worker: string) => (await findWorker(worker, ports))?.value.id ?? ''
    const [ann, second] = [workerPseudonym(await idOf('ann'), 1), workerPseudonym(await idOf('workshop'), 2)]
    await jobWith(ports, { answers: joinAnswers(answersOf(ann, [1]), answersOf(second, [2]), answersOf(CAT, [3])) })
    const names = (await list(ports)).items.map(({ workerId, worker }) => [workerId, worker])
    expect(Object.fromEntries(names)).toEqual({ [ann]: 'ann', [second]: 'workshop', [CAT]: undefined })
  })

  it('lists them page by page, each once', async () => {
    const ports = await labeled()
    const first = await list(ports, { limit: '2' })
    expect(first.items.map(({ workerId }) => workerId)).toEqual([ANN, BOB])
    const second = await list(ports, { limit: '2', cursor: first.nextCursor })
    expect(second).toMatchObject({ items: [{ workerId: CAT }] })
    expect(second.nextCursor).toBeUndefined()
  })

  it('is empty while nobody works', async () => {
    expect(await list(await jobWith(await copiedPorts(), {}))).toEqual({ items: [] })
  })

  it('refuses jobs of SageMaker', async () => {
    const ports = await copiedPorts()
    await create(ports)
    await expect(list(ports)).rejects.toMatchObject({ code: 'wrong-state' })
  })

  it('refuses jobs that do not exist', async () => {
    await expect(list(await labeled(), {}, 'cats-2')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('refuses a cursor of another list', async () => {
    const cursor = Buffer.from('../work').toString('base64url')
    await expect(list(await labeled(), { cursor })).rejects.toMatchObject({ code: 'invalid-request' })
  })
})
