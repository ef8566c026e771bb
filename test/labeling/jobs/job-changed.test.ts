import { describe, expect, it } from '@jest/globals'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { recordStateChange } from '../../../shared/labeling/jobs/job-changed.ts'
import { findJob } from '../../../shared/labeling/jobs/store.ts'
import {
  allKeys,
  changeServiceJob,
  copiedPorts,
  copyAgain,
  create,
  end,
  stateChange,
  textAt,
} from '../../support/fixtures/labeling-jobs.ts'
import { cats } from '../../support/fixtures/pets.ts'
import { SimulatedCrash } from '../../support/world/call.ts'
import { eventsIn } from '../../support/world/events.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

async function running(job = 'Cats-1'): Promise<MemoryPorts> {
  const ports = await copiedPorts()
  await create(ports, job)
  return ports
}

const recorded = (ports: MemoryPorts) => JSON.parse(textAt(ports, 'data/b/batch.json') ?? '').labelingJobs

describe('a state change of a labeling job', () => {
  it.each([
    ['Completed', 'labeling-job.completed'],
    ['Failed', 'labeling-job.failed'],
    ['Stopped', 'labeling-job.stopped'],
  ] as const)('to %s is recorded in the job and its batch, and published once', async (status, type) => {
    const ports = await running()
    end(ports, 'Cats-1', status, ['labeled', 'empty', 'expired'])
    await recordStateChange(stateChange('Cats-1', status), ports)
    const state = (await findJob('cats-1', ports))?.value
    expect(state?.pendingEvents).toBeUndefined()
    expect(state?.end).toMatchObject({
      status,
      at: '2026-01-02T03:05:35.000Z',
      counters: { total: 5, labeled: 2, failed: 1 },
      output: { lines: 3, boxes: 1, expired: 1 },
    })
    expect(recorded(ports)).toEqual([{ job: 'Cats-1', engine: 'sagemaker', status, since: '2026-01-02T03:05:35.000Z' }])
    expect(eventsIn(ports.world)).toEqual([
      {
        id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
        timestamp: '2026-01-02T03:05:35.000Z',
        type,
        data: expect.objectContaining({
          job: 'Cats-1',
          batch: 'b',
          status,
          outputManifestUri: 's3://work/data/b/Cats-1/manifests/output/output.manifest',
        }),
        requestId: 'request-1',
      },
    ])
  })

  it('is published with counters and a summary of all thousand objects', async () => {
    const ports = await copiedPorts(cats(1000))
    await create(ports, 'Cats-1')
    const kinds = Array.from(
      { length: 1000 },
      (_, at) => (['labeled', 'empty', 'expired', 'unlabeled'] as const)[at % 7] ?? 'labeled',
    )
    end(ports, 'Cats-1', 'Stopped', kinds)
    await recordStateChange(stateChange('Cats-1', 'Stopped'), ports)
    const count = (kind: string) => kinds.filter((one) => one === kind).length
    expect(eventsIn(ports.world)[0]?.data).toMatchObject({
      counters: {
        total: 1000,
        labeled: count('labeled') + count('empty'),
        failed: count('expired'),
        unlabeled: count('unlabeled'),
      },
      output: {
        lines: 1000,
        labeled: count('labeled') + count('empty'),
        withoutBoxes: count('empty'),
        boxes: count('labeled'),
        failed: count('expired'),
        expired: count('expired'),
        unlabeled: count('unlabeled'),
        unreadable: 0,
      },
    })
  })

  it('is retried while the service itself reports another state', async () => {
    const ports = await running()
    changeServiceJob(ports, 'Cats-1', { status: 'InProgress' })
    await expect(recordStateChange(stateChange('Cats-1', 'Completed'), ports)).rejects.toMatchObject({
      code: 'upstream-failed',
    })
    expect([recorded(ports)[0].status, eventsIn(ports.world)]).toEqual(['InProgress', []])
  })

  it('is published without results that are not written yet, which are added to the job later', async () => {
    const ports = await running()
    end(ports, 'Cats-1', 'Completed', ['labeled', 'empty'])
    const key = 's3://work/data/b/Cats-1/manifests/output/output.manifest'
    const written = ports.world.stored.get(key)
    ports.world.stored.delete(key)
    await recordStateChange(stateChange('Cats-1', 'Completed'), ports)
    expect(eventsIn(ports.world)[0]?.data).not.toHaveProperty('outputManifestUri')
    const first = (await findJob('cats-1', ports))?.value
    expect([first?.end?.status, first?.end?.output]).toEqual(['Completed', undefined])
    if (written) ports.world.stored.set(key, written)
    await recordStateChange(stateChange('Cats-1', 'Completed', { id: 'again' }), ports)
    const second = (await findJob('cats-1', ports))?.value
    expect([second?.end?.output?.lines, second?.pendingEvents]).toEqual([2, undefined])
    expect(eventsIn(ports.world)).toHaveLength(1)
  })

  it('is recorded with counters that leave out objects labeled by an earlier job', async () => {
    const ports = await running('cats-1')
    end(ports, 'cats-1', 'Stopped', ['labeled', 'unlabeled', 'unlabeled', 'unlabeled', 'unlabeled'])
    await create(ports, 'cats-2', { continueFrom: 'cats-1' })
    end(ports, 'cats-2', 'Failed', [])
    await recordStateChange(stateChange('cats-2', 'Failed'), ports)
    expect((await findJob('cats-2', ports))?.value.end?.counters).toMatchObject({ total: 4, unlabeled: 4 })
  })

  it('is not recorded in a new batch of the same name', async () => {
    const ports = await running()
    end(ports, 'Cats-1', 'Stopped', ['labeled'])
    await deleteBatch('b', ports)
    await copyAgain(ports)
    await recordStateChange(stateChange('Cats-1', 'Stopped'), ports)
    expect(recorded(ports)).toBeUndefined()
    expect(eventsIn(ports.world).filter(({ type }) => type === 'labeling-job.stopped')).toHaveLength(1)
  })

  it('changes nothing and publishes nothing when it is delivered again or late', async () => {
    const ports = await running()
    end(ports, 'Cats-1', 'Completed', ['labeled'])
    await recordStateChange(stateChange('Cats-1', 'Completed'), ports)
    const state = textAt(ports, 'system/labeling-jobs/cats-1.json')
    for (const status of ['Completed', 'Stopped', 'InProgress'])
      await recordStateChange(stateChange('CATS-1', status, { id: 'change-2', time: '2026-01-02T06:00:00Z' }), ports)
    expect(textAt(ports, 'system/labeling-jobs/cats-1.json')).toBe(state)
    expect(eventsIn(ports.world)).toHaveLength(1)
  })

  it('is published again with the same id when the event is still pending', async () => {
    const ports = await running()
    end(ports, 'Cats-1', 'Completed', ['labeled'])
    ports.world.fault = ({ port }) => (port === 'messages' ? 'after' : undefined)
    await expect(recordStateChange(stateChange('Cats-1', 'Completed'), ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    await recordStateChange(stateChange('Cats-1', 'Completed', { time: '2026-01-02T06:00:00Z' }), ports)
    const [first, second] = eventsIn(ports.world)
    expect(second).toEqual(first)
  })

  it('is published with results that were written while the event was pending', async () => {
    const ports = await running()
    end(ports, 'Cats-1', 'Completed', ['labeled'])
    const key = 's3://work/data/b/Cats-1/manifests/output/output.manifest'
    const written = ports.world.stored.get(key)
    ports.world.stored.delete(key)
    ports.world.fault = ({ port }) => (port === 'messages' ? 'before' : undefined)
    await expect(recordStateChange(stateChange('Cats-1', 'Completed'), ports)).rejects.toThrow(SimulatedCrash)
    expect((await findJob('cats-1', ports))?.value.pendingEvents).toHaveLength(1)
    ports.world.fault = () => undefined
    if (written) ports.world.stored.set(key, written)
    await recordStateChange(stateChange('Cats-1', 'Completed', { id: 'again' }), ports)
    expect(eventsIn(ports.world)).toMatchObject([{ data: { output: { lines: 1 } } }])
  })

  it.each([
    ['a job that was not created here', stateChange('theirs', 'Completed')],
    ['another account', stateChange('Cats-1', 'Completed', { account: '210987654321' })],
    ['another region', stateChange('Cats-1', 'Completed', { region: 'eu-west-1' })],
    ['a state that is not final', stateChange('Cats-1', 'InProgress')],
    [
      'a resource that is not a labeling job',
      stateChange('Cats-1', 'Completed', { resources: ['arn:aws:sagemaker:us-east-1:1:model/a'] }),
    ],
  ])('is ignored for %s', async (_, change) => {
    const ports = await running()
    end(ports, 'Cats-1', 'Completed', ['labeled'])
    const keys = allKeys(ports)
    await recordStateChange(change, ports)
    expect([allKeys(ports), eventsIn(ports.world)]).toEqual([keys, []])
    expect(recorded(ports)[0].status).toBe('InProgress')
  })

  it('completes a creation that was interrupted after the service had the job', async () => {
    const ports = await copiedPorts()
    ports.world.fault = ({ port, method }) => (port === 'labeler' && method === 'create' ? 'after' : undefined)
    await expect(create(ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    end(ports, 'cats-1', 'Completed', ['labeled'])
    await recordStateChange(stateChange('cats-1', 'Completed'), ports)
    expect((await findJob('cats-1', ports))?.value).toMatchObject({ state: 'created', end: { status: 'Completed' } })
    expect(recorded(ports)).toMatchObject([{ status: 'Completed' }])
    expect((await create(ports)).outcome).toBe('existing')
  })

  it('is ignored for a job of the same name that was not created from the claim', async () => {
    const ports = await copiedPorts()
    ports.world.fault = ({ port, method }) => (port === 'labeler' && method === 'create' ? 'after' : undefined)
    await expect(create(ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    changeServiceJob(ports, 'cats-1', { status: 'Completed', inputManifestUri: 's3://work/theirs.manifest' })
    await recordStateChange(stateChange('cats-1', 'Completed'), ports)
    expect(eventsIn(ports.world)).toEqual([])
    expect((await findJob('cats-1', ports))?.value.state).toBe('creating')
  })

  it('is published even if its batch no longer exists', async () => {
    const ports = await running()
    end(ports, 'Cats-1', 'Stopped', ['labeled'])
    for (const key of allKeys(ports)) if (key.startsWith('data/b/')) ports.world.stored.delete(`s3://work/${key}`)
    await recordStateChange(stateChange('Cats-1', 'Stopped'), ports)
    expect(eventsIn(ports.world)).toHaveLength(1)
    expect(allKeys(ports).filter((key) => key.startsWith('data/b/'))).toEqual([])
  })
})
