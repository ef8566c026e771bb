import { describe, expect, it } from '@jest/globals'
import { PageQuery } from '../../../shared/contracts/page.ts'
import { listJobWorkers } from '../../../shared/labeling/jobs/list-workers.ts'
import { copiedPorts, create } from '../../support/fixtures/labeling-jobs.ts'
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
} from '../../support/fixtures/work-progress.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const list = (ports: MemoryPorts, query: object = {}, job = 'cats-1') =>
  listJobWorkers(job, PageQuery.parse(query), ports)

/** A job of our engine with three workers, one of whom has only just begun. */
async function labeled(): Promise<MemoryPorts> {
  const ports = await copiedPorts()
  await create(ports)
  const work = workFor()
  await storeWork(work, ports)
  const answers = joinAnswers(answersOf(BOB, lines(1, 9)), answersOf(BOB, [10], 'declined'), answersOf(ANN, [1, 2]))
  const handBacks = [
    handBack(BOB, later(95), { seconds: 90.4, sample: { milliseconds: 8192, boxes: 1 } }),
    handBack(ANN, later(1000), { answered: 2, seconds: 980, expired: true }),
  ]
  await storeShards([shardFor({ answers, handBacks, leases: [lease(CAT, { since: later(5) })] })], ports)
  return ports
}

describe('GET /v1/labeling-jobs/{job}/workers', () => {
  it('lists what each worker has done', async () => {
    expect(await list(await labeled())).toEqual({
      items: [
        { workerId: ANN, answers: 2, declined: 0, blocks: 0, blockSeconds: 0, lastSeen: later(20) },
        {
          workerId: BOB,
          answers: 9,
          declined: 1,
          blocks: 1,
          blockSeconds: 90,
          medianSecondsPerImage: 8.2,
          lastSeen: later(95),
        },
        { workerId: CAT, answers: 0, declined: 0, blocks: 0, blockSeconds: 0, lastSeen: later(5) },
      ],
    })
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
    const ports = await labeled()
    await storeShards([shardFor()], ports)
    expect(await list(ports)).toEqual({ items: [] })
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
