import { beforeEach, describe, expect, it } from '@jest/globals'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { ConsolidationRequest } from '../../../shared/contracts/consolidation.ts'
import { consolidate } from '../../../shared/labeling/jobs/consolidate.ts'
import { getConsolidation } from '../../../shared/labeling/jobs/read-consolidations.ts'
import { drain } from '../../support/broker/drain.ts'
import { catBox, closedWork, type GivenLine, pseudonym } from '../../support/fixtures/closed-work.ts'
import { consolidateAgain, dogBox, drew, endedJob } from '../../support/fixtures/ended-job.ts'
import { copiedPorts, create, createOwn } from '../../support/fixtures/labeling-jobs.ts'
import { keysUnder } from '../../support/world/bucket-contents.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const LINES: readonly GivenLine[] = Array.from({ length: 103 }, () => ({
  answers: [drew(1, catBox()), drew(2, dogBox()), drew(3, catBox(2))],
}))
const RECORD = 'system/labeling-work/cats-1/work000000000001/consolidations/again.json'

const start = (ports: MemoryPorts, body: object = {}, job = 'cats-1') =>
  consolidate(job, ConsolidationRequest.parse({ name: 'again', ...body }), ports)

let ports: MemoryPorts
beforeEach(async () => {
  ports = await endedJob({ lines: LINES })
})

describe('POST /v1/labeling-jobs/{job}/consolidate', () => {
  it('starts a consolidation, which says with what settings', async () => {
    const { isNew, view } = await start(ports, { quorum: 0.3, withoutWorkers: [pseudonym(2), pseudonym(1)] })
    expect([isNew, view]).toEqual([
      true,
      {
        name: 'again',
        state: 'running',
        minOverlap: 0.4,
        quorum: 0.3,
        skills: 'agreement',
        withoutWorkers: [pseudonym(1), pseudonym(2)],
        createdAt: ports.world.now.toISOString(),
      },
    ])
  })

  it('returns what is there when the same request is repeated, in whatever case the name and order the workers are', async () => {
    const before = await consolidateAgain(ports, { withoutWorkers: [pseudonym(1), pseudonym(2)] })
    const repeated = await start(ports, { name: 'AGAIN', withoutWorkers: [pseudonym(2), pseudonym(1)], quorum: 0.5 })
    expect(repeated).toEqual({ isNew: false, view: before })
    expect(ports.world.sent.tasks).toEqual([])
  })

  it('refuses other settings under the same name, and names each of them', async () => {
    await start(ports)
    await expect(start(ports, { name: 'Again', quorum: 0.6, skills: 'equal' })).rejects.toMatchObject({
      code: 'conflict',
      issues: [{ at: 'body.quorum' }, { at: 'body.skills' }],
    })
  })

  it('resumes what a crash has interrupted when the request is repeated', async () => {
    await start(ports)
    await drain(ports, { lost: () => true })
    expect(await getConsolidation('cats-1', 'again', ports)).toMatchObject({ state: 'running' })
    expect(await start(ports)).toMatchObject({ isNew: false, view: { state: 'running' } })
    await drain(ports)
    expect(await getConsolidation('cats-1', 'again', ports)).toMatchObject({
      state: 'completed',
      counters: { labeled: 103 },
    })
  })

  it('makes labels anew under a name whose record was removed', async () => {
    await consolidateAgain(ports)
    ports.world.stored.delete(`s3://work/${RECORD}`)
    expect(await consolidateAgain(ports, { quorum: 0.9 })).toMatchObject({ state: 'completed', quorum: 0.9 })
  })

  it('fails with the reason where the labels of a part can never be made', async () => {
    ports.world.stored.set('s3://work/data/b/manifests/cats-1/input.manifest', memoryObject('{}\n'))
    expect(await consolidateAgain(ports)).toMatchObject({
      state: 'failed',
      problem: { code: 'corrupt-state', detail: expect.stringContaining('2 parts') },
    })
    expect(keysUnder(ports.world, 'data/b/cats-1/consolidations/')).toEqual([])
  })

  it('is refused for a job that has not ended', async () => {
    const running = await copiedPorts()
    await createOwn(running)
    closedWork(running.world, { lines: LINES })
    await expect(start(running)).rejects.toMatchObject({ code: 'wrong-state' })
  })

  it('is refused for a job of SageMaker, and for one that does not exist', async () => {
    const others = await copiedPorts()
    await create(others)
    await expect(start(others)).rejects.toMatchObject({ code: 'wrong-state' })
    await expect(start(others, {}, 'cats-2')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is refused once the answers were deleted with their batch', async () => {
    await deleteBatch('b', ports)
    await expect(start(ports)).rejects.toMatchObject({ code: 'wrong-state' })
  })

  it('refuses settings of boxes for workers who verify, all in one answer', async () => {
    const answers = [{ worker: 1, answer: 'correct' as const }]
    const verified = await endedJob({ mode: 'verify', labels: ['correct', 'incorrect'], lines: [{ answers }] })
    await expect(start(verified, { minOverlap: 0.4, quorum: 0.5 })).rejects.toMatchObject({
      code: 'invalid-request',
      issues: [{ at: 'body.minOverlap' }, { at: 'body.quorum' }],
    })
    expect((await start(verified, { skills: 'equal' })).view).not.toHaveProperty('quorum')
  })

  it('is refused when a job has a hundred consolidations', async () => {
    for (let number = 0; number < 100; number++) await start(ports, { name: `again-${number}` })
    await expect(start(ports)).rejects.toMatchObject({ code: 'quota-reached' })
    expect(await start(ports, { name: 'again-99' })).toMatchObject({ isNew: false })
  })

  it.each([
    ['name', 'a b'],
    ['minOverlap', 0.09],
    ['minOverlap', 0.91],
    ['quorum', 0],
    ['quorum', 1.01],
    ['skills', 'none'],
    ['withoutWorkers', ['anna']],
    ['withoutWorkers', [pseudonym(1), pseudonym(1)]],
  ])('does not take the %s %j', (field, value) => {
    const { error } = ConsolidationRequest.safeParse({ name: 'again', [field]: value })
    expect(error?.issues.map(({ path }) => path[0])).toEqual([field])
  })

  it('leaves out a hundred workers at most', () => {
    const workers = (count: number) => Array.from({ length: count }, (_, worker) => pseudonym(worker))
    const isTaken = (count: number) =>
      ConsolidationRequest.safeParse({ name: 'again', withoutWorkers: workers(count) }).success
    expect([isTaken(100), isTaken(101)]).toEqual([true, false])
  })
})
