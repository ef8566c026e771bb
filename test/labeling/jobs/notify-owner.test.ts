import { describe, expect, it } from '@jest/globals'
import { nextTasks } from '../../../shared/labeling/engine/serving/next-tasks.ts'
import { suspendWorkers } from '../../../shared/labeling/engine/suspension/suspend-workers.ts'
import { watchWork } from '../../../shared/labeling/engine/watch/watch-work.ts'
import { findWork, type Work } from '../../../shared/labeling/engine/work.ts'
import { listJobWorkers } from '../../../shared/labeling/jobs/list-workers.ts'
import { notifyOwner } from '../../../shared/labeling/jobs/notify-owner.ts'
import { drain } from '../../support/broker/drain.ts'
import { pseudonym } from '../../support/fixtures/closed-work.ts'
import { copiedPorts, createOwn } from '../../support/fixtures/labeling-jobs.ts'
import { passSeconds, putLabelingKey, workerNumber } from '../../support/fixtures/open-work.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

interface Event {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

const POOR = { worker: pseudonym(4), score: 0.12, judged: 23 }

async function openJob(): Promise<{ ports: MemoryPorts; work: Work }> {
  const ports = await copiedPorts()
  putLabelingKey(ports.world)
  await createOwn(ports, 'cats-1', { workersPerObject: 3, review: 'disputes' })
  ports.world.sent.events.splice(0)
  return { ports, work: (await findWork('cats-1', ports))!.value }
}

const eventsOf = ({ world }: MemoryPorts): readonly Event[] => world.sent.events as Event[]
const tell = (work: Work, ports: MemoryPorts, isDisputed: boolean) =>
  notifyOwner({ task: 'notify-owner', job: work.job, workId: work.workId, isDisputed, requestId: 'r' }, ports)

describe('the owner of a labeling job', () => {
  it('is told once that reviewers are needed, however often it is noticed', async () => {
    const { ports, work } = await openJob()
    for (let time = 0; time < 3; time++) await tell(work, ports, true)
    expect(eventsOf(ports)).toMatchObject([
      { type: 'labeling-job.disputed', data: { job: 'cats-1', batch: 'b', disputes: 1 } },
    ])
    expect((await findWork('cats-1', ports))?.value.disputedAt).toBe(ports.world.now.toISOString())
  })

  it('is told once of each worker who gets no more images, with the score, and by pseudonym', async () => {
    const { ports, work } = await openJob()
    await suspendWorkers(work, [POOR], ports)
    await suspendWorkers(work, [POOR, { ...POOR, worker: pseudonym(5) }], ports)
    for (let time = 0; time < 3; time++) await tell(work, ports, false)
    const { worker: workerId, ...figures } = POOR
    expect(eventsOf(ports).map(({ type, data }) => ({ type, ...data }))).toEqual([
      { type: 'labeling-job.worker-suspended', job: 'cats-1', batch: 'b', workerId, ...figures },
      { type: 'labeling-job.worker-suspended', job: 'cats-1', batch: 'b', workerId: pseudonym(5), ...figures },
    ])
  })

  it('is told, as is the log, of a worker who was found twice at the same time, once', async () => {
    const { ports, work } = await openJob()
    await Promise.all([suspendWorkers(work, [POOR], ports), suspendWorkers(work, [POOR], ports)])
    expect(ports.world.logged.filter(({ event }) => event === 'labeling_worker.suspended')).toHaveLength(1)
    await drain(ports, { until: ports.world.now })
    expect(eventsOf(ports)).toMatchObject([{ type: 'labeling-job.worker-suspended' }])
  })

  it('is told by the message that watches the job when the message about a worker was lost', async () => {
    const { ports, work } = await openJob()
    await suspendWorkers(work, [POOR], ports)
    ports.world.sent.tasks.splice(0)
    await watchWork({ task: 'watch-labeling', job: work.job, workId: work.workId, requestId: 'r' }, ports)
    await drain(ports, { until: ports.world.now })
    expect(eventsOf(ports)).toMatchObject([{ type: 'labeling-job.worker-suspended' }])
    await watchWork({ task: 'watch-labeling', job: work.job, workId: work.workId, requestId: 'r' }, ports)
    expect(ports.world.sent.tasks.some((message) => (message as { task: string }).task === 'notify-owner')).toBe(false)
  })

  it('gets the same event again when a function dies after it was sent', async () => {
    const { ports, work } = await openJob()
    ports.world.fault = ({ port, method }) => (port === 'messages' && method === 'send' ? 'after' : undefined)
    await expect(tell(work, ports, true)).rejects.toThrow()
    ports.world.fault = () => undefined
    await tell(work, ports, true)
    expect(new Set(eventsOf(ports).map(({ id }) => id)).size).toBe(1)
  })

  it('is not told of another attempt to create the job', async () => {
    const { ports, work } = await openJob()
    await tell({ ...work, workId: 'work000000000009' }, ports, true)
    expect(eventsOf(ports)).toEqual([])
  })
})

describe('a worker whose answers are too often wrong', () => {
  it('gets no more images within a minute, and others go on', async () => {
    const { ports, work } = await openJob()
    await nextTasks('cats-1', workerNumber(5), {}, ports)
    await suspendWorkers(work, [POOR], ports)
    await drain(ports, { until: ports.world.now })
    passSeconds(ports, 61)
    expect((await nextTasks('cats-1', workerNumber(4), {}, ports)).state).toBe('done')
    expect((await nextTasks('cats-1', workerNumber(6), {}, ports)).state).toBe('work')
  })

  it('may finish the block that was begun', async () => {
    const { ports, work } = await openJob()
    const begun = await nextTasks('cats-1', workerNumber(4), {}, ports)
    await suspendWorkers(work, [POOR], ports)
    passSeconds(ports, 61)
    const again = await nextTasks('cats-1', workerNumber(4), {}, ports)
    expect(again).toMatchObject({ state: 'work', block: begun.state === 'work' && begun.block })
  })

  it('is shown as such to the owner', async () => {
    const { ports, work } = await openJob()
    await nextTasks('cats-1', workerNumber(4), {}, ports)
    await suspendWorkers(work, [POOR], ports)
    const { items } = await listJobWorkers('cats-1', { limit: 10 }, ports)
    expect(items).toMatchObject([{ workerId: pseudonym(4), suspendedAt: ports.world.now.toISOString() }])
  })
})
