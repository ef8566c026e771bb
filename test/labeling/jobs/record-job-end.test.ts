import { describe, expect, it } from '@jest/globals'
import { drain } from '../../support/broker/drain.ts'
import { changeServiceJob, copiedPorts, create, end } from '../../support/fixtures/labeling-jobs.ts'
import { jsonAt } from '../../support/world/bucket-contents.ts'
import { eventsIn } from '../../support/world/events.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const STATE = 'system/labeling-jobs/cats-1.json'
const MESSAGE = { task: 'record-job-end', job: 'cats-1', requestId: 'request-1' } as const

async function createdJob(): Promise<MemoryPorts> {
  const ports = await copiedPorts()
  await create(ports)
  return ports
}

const send = (ports: MemoryPorts): Promise<void> => ports.messages.send('tasks', [MESSAGE])

describe('the message that the work of a job has ended', () => {
  it('records the end in the job and in its batch, and publishes the event', async () => {
    const ports = await createdJob()
    end(ports, 'cats-1', 'Completed', ['labeled', 'expired'])
    await send(ports)
    await drain(ports)
    expect(jsonAt(ports.world, STATE)).toMatchObject({ end: { status: 'Completed', output: { lines: 2, labeled: 1 } } })
    expect(jsonAt(ports.world, 'data/b/batch.json').labelingJobs).toMatchObject([{ status: 'Completed' }])
    expect(eventsIn(ports.world)).toMatchObject([{ type: 'labeling-job.completed', data: { job: 'cats-1' } }])
  })

  it('publishes one event when it comes several times', async () => {
    const ports = await createdJob()
    end(ports, 'cats-1', 'Completed', ['labeled'])
    await send(ports)
    await drain(ports, { times: 3 })
    expect(eventsIn(ports.world)).toHaveLength(1)
  })

  it('comes again, as long as it takes, while the end cannot be recorded', async () => {
    const ports = await createdJob()
    await send(ports)
    const errors = await drain(ports, { until: new Date(ports.world.now.getTime() + 2 * 3_600_000), withChecks: true })
    expect(errors.length).toBeGreaterThan(8)
    changeServiceJob(ports, 'cats-1', { status: 'Stopped' })
    await drain(ports, { withChecks: true })
    expect(eventsIn(ports.world)).toMatchObject([{ type: 'labeling-job.stopped' }])
  })

  it('does nothing for a job that is gone', async () => {
    const ports = await createdJob()
    ports.world.labeling.jobs.clear()
    await send(ports)
    expect(await drain(ports)).toEqual([])
    expect(jsonAt(ports.world, STATE)).not.toHaveProperty('end')
    ports.world.stored.delete(`s3://work/${STATE}`)
    await send(ports)
    expect(await drain(ports)).toEqual([])
  })
})
