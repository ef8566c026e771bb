import { describe, expect, it } from '@jest/globals'
import type { FinalStatus } from '../../../shared/contracts/labeler.ts'
import { drain } from '../../support/broker/drain.ts'
import { closedWork } from '../../support/fixtures/closed-work.ts'
import { copiedPorts, createOwn, putOutput } from '../../support/fixtures/labeling-jobs.ts'
import { callApi } from '../../support/http/call-api.ts'
import { jsonAt } from '../../support/world/bucket-contents.ts'
import { eventsIn } from '../../support/world/events.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const STATE = 'system/labeling-jobs/cats-1.json'
const WORK = 's3://work/system/labeling-work/cats-1/work.json'
const MESSAGE = { task: 'record-job-end', job: 'cats-1', requestId: 'request-1' } as const

async function createdJob(): Promise<MemoryPorts> {
  const ports = await copiedPorts()
  await createOwn(ports)
  closedWork(ports.world, { lines: [{}, {}] })
  ports.world.sent.tasks.splice(0)
  return ports
}

/** Ends the work of the job, one of whose two lines is labeled. */
function endWork(ports: MemoryPorts, status: FinalStatus): void {
  putOutput(ports, 'cats-1', ['labeled', 'expired'])
  const counters = { labeled: 1, failed: 1, unlabeled: 0 }
  closedWork(ports.world, { end: { status, at: '2026-01-02T04:00:00.000Z', counters }, lines: [{}, {}] })
}

const send = (ports: MemoryPorts): Promise<void> => ports.messages.send('tasks', [MESSAGE])

describe('the message that the work of a job has ended', () => {
  it('records the end in the job and in its batch, and publishes the event', async () => {
    const ports = await createdJob()
    endWork(ports, 'Completed')
    await send(ports)
    await drain(ports)
    expect(jsonAt(ports.world, STATE)).toMatchObject({ end: { status: 'Completed', output: { lines: 2, labeled: 1 } } })
    expect(jsonAt(ports.world, 'data/b/batch.json').labelingJobs).toMatchObject([{ status: 'Completed' }])
    expect(eventsIn(ports.world)).toMatchObject([{ type: 'labeling-job.completed', data: { job: 'cats-1' } }])
  })

  it('publishes one event when it comes several times', async () => {
    const ports = await createdJob()
    endWork(ports, 'Completed')
    await send(ports)
    await drain(ports, { times: 3 })
    expect(eventsIn(ports.world)).toHaveLength(1)
  })

  it('comes again, as long as it takes, while the end cannot be recorded', async () => {
    const ports = await createdJob()
    await send(ports)
    const errors = await drain(ports, { until: new Date(ports.world.now.getTime() + 2 * 3_600_000), withChecks: true })
    expect(errors.length).toBeGreaterThan(8)
    endWork(ports, 'Stopped')
    await drain(ports, { withChecks: true })
    expect(eventsIn(ports.world)).toMatchObject([{ type: 'labeling-job.stopped' }])
  })

  it('comes again while the record of the work is lost, which is no job that is gone', async () => {
    const ports = await createdJob()
    const record = ports.world.stored.get(WORK)!
    ports.world.stored.delete(WORK)
    const { status, json } = await callApi('getLabelingJob', ports, { params: { job: 'cats-1' } })
    expect([status, json]).toMatchObject([500, { code: 'corrupt-state', detail: expect.stringContaining('work.json') }])
    await send(ports)
    const errors = await drain(ports, { until: new Date(ports.world.now.getTime() + 3_600_000), withChecks: true })
    expect(errors).not.toEqual([])
    ports.world.stored.set(WORK, record)
    endWork(ports, 'Stopped')
    await drain(ports, { withChecks: true })
    expect(eventsIn(ports.world)).toMatchObject([{ type: 'labeling-job.stopped' }])
  })

  it('does nothing for a job that is gone', async () => {
    const ports = await createdJob()
    ports.world.stored.delete(WORK)
    ports.world.stored.delete('s3://work/data/b/batch.json')
    await send(ports)
    expect(await drain(ports)).toEqual([])
    expect(jsonAt(ports.world, STATE)).not.toHaveProperty('end')
    ports.world.stored.delete(`s3://work/${STATE}`)
    await send(ports)
    expect(await drain(ports)).toEqual([])
  })
})
