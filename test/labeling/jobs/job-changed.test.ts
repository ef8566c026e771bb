import { describe, expect, it } from '@jest/globals'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { recordStateChange } from '../../../shared/labeling/jobs/job-changed.ts'
import { findJob } from '../../../shared/labeling/jobs/store.ts'
import { cats } from '../../support/fixtures/pets.ts'
import {
  allKeys,
  copiedPorts,
  copyAgain,
  create,
  end,
  serviceSays,
  stateChange,
  textAt,
} from '../../support/labeling-jobs.ts'
import { eventsIn } from '../../support/world/events.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'
import { Died } from '../../support/world/world.ts'

async function running(job = 'Cats-1'): Promise<MemoryPorts> {
  const ports = await copiedPorts()
  await create(ports, job)
  return ports
}

const noted = (ports: MemoryPorts) => JSON.parse(textAt(ports, 'data/b/batch.json') ?? '').labelingJobs

describe('the change of a job', () => {
  it.each([
    ['Completed', 'labeling-job.completed'],
    ['Failed', 'labeling-job.failed'],
    ['Stopped', 'labeling-job.stopped'],
  ] as const)('to %s is noted in the job and in its batch, and told once', async (status, type) => {
    const ports = await running()
    end(ports, 'Cats-1', status, ['labeled', 'empty', 'expired'])
    await recordStateChange(stateChange('Cats-1', status), ports)
    expect((await findJob('cats-1', ports))?.value.end).toMatchObject({
      status,
      at: '2026-01-02T03:05:35.000Z',
      counters: { total: 5, labeled: 2, failed: 1 },
      output: { lines: 3, boxes: 1, expired: 1 },
      publishedAt: expect.any(String),
    })
    expect(noted(ports)).toEqual([{ job: 'Cats-1', status, since: '2026-01-02T03:05:35.000Z' }])
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

  it('adds up for a thousand objects, of which some are not labeled', async () => {
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

  it('waits until the service itself says so', async () => {
    const ports = await running()
    serviceSays(ports, 'Cats-1', { status: 'InProgress' })
    await expect(recordStateChange(stateChange('Cats-1', 'Completed'), ports)).rejects.toMatchObject({
      code: 'upstream-failed',
    })
    expect([noted(ports)[0].status, eventsIn(ports.world)]).toEqual(['InProgress', []])
  })

  it('is told without results where these are not there yet, and gets them later', async () => {
    const ports = await running()
    end(ports, 'Cats-1', 'Completed', ['labeled', 'empty'])
    const key = 's3://work/data/b/Cats-1/manifests/output/output.manifest'
    const written = ports.world.stored.get(key)
    ports.world.stored.delete(key)
    await recordStateChange(stateChange('Cats-1', 'Completed'), ports)
    expect(eventsIn(ports.world)[0]?.data).not.toHaveProperty('outputManifestUri')
    const end1 = (await findJob('cats-1', ports))?.value.end
    expect([end1?.status, end1?.output]).toEqual(['Completed', undefined])
    if (written) ports.world.stored.set(key, written)
    await recordStateChange(stateChange('Cats-1', 'Completed', { id: 'again' }), ports)
    expect((await findJob('cats-1', ports))?.value.end).toMatchObject({
      output: { lines: 2 },
      publishedAt: end1?.publishedAt,
    })
    expect(eventsIn(ports.world)).toHaveLength(1)
  })

  it('counts what was labeled before as no part of it', async () => {
    const ports = await running('cats-1')
    end(ports, 'cats-1', 'Stopped', ['labeled', 'unlabeled', 'unlabeled', 'unlabeled', 'unlabeled'])
    await create(ports, 'cats-2', { continueFrom: 'cats-1' })
    end(ports, 'cats-2', 'Failed', [])
    await recordStateChange(stateChange('cats-2', 'Failed'), ports)
    expect((await findJob('cats-2', ports))?.value.end?.counters).toMatchObject({ total: 4, unlabeled: 4 })
  })

  it('is noted in the very batch alone', async () => {
    const ports = await running()
    end(ports, 'Cats-1', 'Stopped', ['labeled'])
    await deleteBatch('b', ports)
    await copyAgain(ports)
    await recordStateChange(stateChange('Cats-1', 'Stopped'), ports)
    expect(noted(ports)).toBeUndefined()
    expect(eventsIn(ports.world).filter(({ type }) => type === 'labeling-job.stopped')).toHaveLength(1)
  })

  it('that comes again, or late, changes nothing and is not told again', async () => {
    const ports = await running()
    end(ports, 'Cats-1', 'Completed', ['labeled'])
    await recordStateChange(stateChange('Cats-1', 'Completed'), ports)
    const state = textAt(ports, 'system/labeling-jobs/cats-1.json')
    for (const status of ['Completed', 'Stopped', 'InProgress'])
      await recordStateChange(stateChange('CATS-1', status, { id: 'change-2', time: '2026-01-02T06:00:00Z' }), ports)
    expect(textAt(ports, 'system/labeling-jobs/cats-1.json')).toBe(state)
    expect(eventsIn(ports.world)).toHaveLength(1)
  })

  it('is told again with the same id where it was not marked as told', async () => {
    const ports = await running()
    end(ports, 'Cats-1', 'Completed', ['labeled'])
    ports.world.fault = ({ port }) => (port === 'messages' ? 'after' : undefined)
    await expect(recordStateChange(stateChange('Cats-1', 'Completed'), ports)).rejects.toThrow(Died)
    ports.world.fault = () => undefined
    await recordStateChange(stateChange('Cats-1', 'Completed', { time: '2026-01-02T06:00:00Z' }), ports)
    const [first, second] = eventsIn(ports.world)
    expect(second).toEqual(first)
  })

  it.each([
    ['of a job that was made elsewhere', stateChange('theirs', 'Completed')],
    ['of another account', stateChange('Cats-1', 'Completed', { account: '210987654321' })],
    ['of another region', stateChange('Cats-1', 'Completed', { region: 'eu-west-1' })],
    ['that is no end', stateChange('Cats-1', 'InProgress')],
    [
      'of something that is no job',
      stateChange('Cats-1', 'Completed', { resources: ['arn:aws:sagemaker:us-east-1:1:model/a'] }),
    ],
  ])('%s is left alone', async (_, change) => {
    const ports = await running()
    end(ports, 'Cats-1', 'Completed', ['labeled'])
    const keys = allKeys(ports)
    await recordStateChange(change, ports)
    expect([allKeys(ports), eventsIn(ports.world)]).toEqual([keys, []])
    expect(noted(ports)[0].status).toBe('InProgress')
  })

  it('of a job whose creation had died behind the service ends that creation', async () => {
    const ports = await copiedPorts()
    ports.world.fault = ({ port, method }) => (port === 'labeler' && method === 'create' ? 'after' : undefined)
    await expect(create(ports)).rejects.toThrow(Died)
    ports.world.fault = () => undefined
    end(ports, 'cats-1', 'Completed', ['labeled'])
    await recordStateChange(stateChange('cats-1', 'Completed'), ports)
    expect((await findJob('cats-1', ports))?.value).toMatchObject({ state: 'created', end: { status: 'Completed' } })
    expect(noted(ports)).toMatchObject([{ status: 'Completed' }])
    expect((await create(ports)).outcome).toBe('standing')
  })

  it('of a job that only has the name of a claim is left alone', async () => {
    const ports = await copiedPorts()
    ports.world.fault = ({ port, method }) => (port === 'labeler' && method === 'create' ? 'after' : undefined)
    await expect(create(ports)).rejects.toThrow(Died)
    ports.world.fault = () => undefined
    serviceSays(ports, 'cats-1', { status: 'Completed', inputManifestUri: 's3://work/theirs.manifest' })
    await recordStateChange(stateChange('cats-1', 'Completed'), ports)
    expect(eventsIn(ports.world)).toEqual([])
    expect((await findJob('cats-1', ports))?.value.state).toBe('creating')
  })

  it('is told though its batch is gone', async () => {
    const ports = await running()
    end(ports, 'Cats-1', 'Stopped', ['labeled'])
    for (const key of allKeys(ports)) if (key.startsWith('data/b/')) ports.world.stored.delete(`s3://work/${key}`)
    await recordStateChange(stateChange('Cats-1', 'Stopped'), ports)
    expect(eventsIn(ports.world)).toHaveLength(1)
    expect(allKeys(ports).filter((key) => key.startsWith('data/b/'))).toEqual([])
  })
})
