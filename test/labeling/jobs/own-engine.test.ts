import { describe, expect, it } from '@jest/globals'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { AppError } from '../../../shared/contracts/errors.ts'
import { findWork, workRef } from '../../../shared/labeling/engine/work.ts'
import { createJob } from '../../../shared/labeling/jobs/create.ts'
import { getJob } from '../../../shared/labeling/jobs/get.ts'
import { recordStateChange } from '../../../shared/labeling/jobs/job-changed.ts'
import { previewJob } from '../../../shared/labeling/jobs/preview.ts'
import { stopJob } from '../../../shared/labeling/jobs/stop.ts'
import { findJob } from '../../../shared/labeling/jobs/store.ts'
import { updateState } from '../../../shared/platform/state/compare-and-swap.ts'
import { allKeys, copiedPorts, create, ownJobFor, stateChange, textAt } from '../../support/fixtures/labeling-jobs.ts'
import { cats, row } from '../../support/fixtures/pets.ts'
import { SimulatedCrash } from '../../support/world/call.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'
import { TEAM } from '../../support/world/world.ts'

const createOwn = (ports: MemoryPorts, job = 'cats-1', changes: Record<string, unknown> = {}) =>
  createJob(job, ownJobFor(changes), ports)

const sagemakerCalls = ({ world }: MemoryPorts) =>
  world.calls.filter(({ port }) => port === 'labeler' || port === 'workteams')

const issuesOf = async (attempt: Promise<unknown>): Promise<string[]> => {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw error ?? new Error('nothing was refused')
  return error.issues.map(({ at }) => at)
}

/** Crashes before or after the first write of an object whose key matches. */
function crashAt({ world }: MemoryPorts, key: RegExp, moment: 'before' | 'after'): void {
  let hasCrashed = false
  world.fault = (call) => {
    if (hasCrashed || call.method !== 'put' || !key.test(call.key)) return undefined
    hasCrashed = true
    return moment
  }
}

const afterLease = (ports: MemoryPorts): void => {
  ports.world.fault = () => undefined
  ports.world.now = new Date(ports.world.now.getTime() + 151_000)
}

describe('a labeling job of the engine groundwork', () => {
  it('needs no field but the batch, and fills in its engine and one worker an image', async () => {
    const ports = await copiedPorts()
    const { state } = await createJob('cats-1', { batch: 'b', mode: 'draw', taskTimeLimitSeconds: 300 }, ports)
    expect(state.request).toMatchObject({ engine: 'groundwork', workersPerObject: 1 })
    const view = await getJob('cats-1', ports)
    expect(view).toMatchObject({ engine: 'groundwork', status: 'InProgress', counters: { total: 5, unlabeled: 5 } })
    for (const field of ['workteamArn', 'portalUrl', 'arn']) expect(view).not.toHaveProperty(field)
    expect(sagemakerCalls(ports)).toEqual([])
  })

  it('is at SageMaker with five workers where the request names a work team', async () => {
    const ports = await copiedPorts()
    const request = { batch: 'b', mode: 'draw', taskTimeLimitSeconds: 300, workteamArn: TEAM.workteamArn } as const
    const { state } = await createJob('cats-1', request, ports)
    expect(state.request).toMatchObject({ engine: 'sagemaker', workersPerObject: 5 })
    expect(await findWork('cats-1', ports)).toBeUndefined()
  })

  it('is the same request with and without its defaults', async () => {
    const ports = await copiedPorts()
    await createOwn(ports)
    const full = { engine: 'groundwork', workersPerObject: 1 }
    expect((await createOwn(ports, 'cats-1', full)).outcome).toBe('existing')
    await expect(createOwn(ports, 'cats-1', { workersPerObject: 2 })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('refuses every field that only SageMaker knows, in one answer', async () => {
    const ports = await copiedPorts()
    const attempt = createOwn(ports, 'cats-1', {
      engine: 'groundwork',
      workteamArn: TEAM.workteamArn,
      roleArn: 'arn:aws:iam::123456789012:role/any',
      tags: { team: 'us' },
      taskKeywords: ['cats'],
      maxConcurrentTasks: 10,
      publicTaskPrice: { cents: 1 },
      contentClassifiers: ['FreeOfAdultContent'],
      workersPerObject: 10,
      taskAvailabilitySeconds: 59,
    })
    expect((await issuesOf(attempt)).sort()).toEqual([
      'body.contentClassifiers',
      'body.maxConcurrentTasks',
      'body.publicTaskPrice',
      'body.roleArn',
      'body.tags',
      'body.taskAvailabilitySeconds',
      'body.taskKeywords',
      'body.workersPerObject',
      'body.workteamArn',
    ])
    expect(allKeys(ports).filter((key) => key.startsWith('system/'))).toEqual([])
  })

  it('says that a job at SageMaker needs a work team', async () => {
    const ports = await copiedPorts()
    expect(await issuesOf(createOwn(ports, 'cats-1', { engine: 'sagemaker' }))).toEqual(['body.workteamArn'])
  })

  it('has no rule for the region, and none for the length of attributes', async () => {
    const base = await copiedPorts([...cats(1), ...Array<string>(400).fill(row(2, '/m/01yrx'))])
    const ports = memoryPorts({ world: base.world, config: { ...base.config, region: 'eu-north-1' } })
    const preview = await previewJob('cats-1', ownJobFor(), ports)
    expect(preview).toMatchObject({ objects: 2, tasks: 2, addsCorsRule: false })
    expect(preview).not.toHaveProperty('template')
    expect(preview).not.toHaveProperty('portalUrl')
  })

  it('takes a name that only SageMaker has, whose job its state then hides', async () => {
    const ports = await copiedPorts()
    await create(ports)
    ports.world.stored.delete('s3://work/system/labeling-jobs/cats-1.json')
    const live = ports.world.labeling.jobs.get('cats-1')
    if (live) ports.world.labeling.jobs.set('cats-1', { ...live, inputManifestUri: 's3://elsewhere/input.manifest' })
    expect((await createOwn(ports)).outcome).toBe('created')
    expect((await getJob('CATS-1', ports)).engine).toBe('groundwork')
    await recordStateChange(stateChange('cats-1', 'Completed'), ports)
    expect((await findJob('cats-1', ports))?.value.end).toBeUndefined()
  })

  it('keeps its name from a job of the other engine, whatever its case', async () => {
    const ports = await copiedPorts()
    await createOwn(ports, 'Cats-1')
    await expect(create(ports, 'cats-1')).rejects.toMatchObject({ code: 'conflict' })
    expect(ports.world.labeling.requests).toEqual([])
  })

  it('is stopped by its engine, and keeps its batch from being deleted until it has ended', async () => {
    const ports = await copiedPorts()
    await createOwn(ports)
    await expect(deleteBatch('b', ports)).rejects.toMatchObject({ code: 'wrong-state' })
    const { hasEnded, stopped } = await stopJob('cats-1', ports)
    expect([hasEnded, stopped.status]).toEqual([false, 'Stopping'])
    expect((await findWork('cats-1', ports))?.value.stop).toMatchObject({ because: 'requested' })
    const end = {
      status: 'Stopped' as const,
      at: '2026-01-02T04:00:00.000Z',
      counters: { labeled: 0, failed: 0, unlabeled: 5 },
    }
    await updateState(workRef('cats-1'), (work) => ({ ...work, end }), ports)
    expect(await deleteBatch('b', ports)).toBeDefined()
    expect(sagemakerCalls(ports)).toEqual([])
    expect(await getJob('cats-1', ports)).toMatchObject({ status: 'Stopped', counters: { unlabeled: 5 } })
  })

  it.each([
    ['the tasks', /tasks\.jsonl$/],
    ['a shard', /shards\/0000\.json$/],
    ['the record', /work\.json$/],
    ['the index', /labeling-index/],
    ['the end of the claim', /batch\.json$/],
  ])('is resumed when the caller crashed around the write of %s', async (_, key) => {
    for (const moment of ['before', 'after'] as const) {
      const ports = await copiedPorts()
      crashAt(ports, key, moment)
      await expect(createOwn(ports)).rejects.toThrow(SimulatedCrash)
      afterLease(ports)
      const { state } = await createOwn(ports)
      expect(state.state).toBe('created')
      expect(state.lease).toBeUndefined()
      const work = await findWork('cats-1', ports)
      expect(work?.value.lines).toBe(5)
      expect(textAt(ports, `system/labeling-work/cats-1/${work?.value.workId}/shards/0000.json`)).toBeDefined()
      expect(allKeys(ports).filter((one) => one.startsWith('system/labeling-index/'))).toHaveLength(2)
      expect(ports.world.sent.tasks).toContainEqual(
        expect.objectContaining({ task: 'watch-labeling', job: 'cats-1', workId: work?.value.workId }),
      )
    }
  })

  it('leaves nothing behind when another request takes the name of an interrupted creation', async () => {
    const ports = await copiedPorts()
    crashAt(ports, /work\.json$/, 'before')
    await expect(createOwn(ports)).rejects.toThrow(SimulatedCrash)
    afterLease(ports)
    await create(ports)
    expect(allKeys(ports).filter((key) => key.startsWith('system/labeling-work/'))).toEqual([])
  })

  it('has its state written again from its work and its files when that is lost or damaged', async () => {
    for (const damage of [undefined, '{']) {
      const ports = await copiedPorts()
      const before = (await createOwn(ports)).state
      const uri = 's3://work/system/labeling-jobs/cats-1.json'
      const stored = ports.world.stored.get(uri)
      if (damage !== undefined && stored) ports.world.stored.set(uri, { ...stored, bytes: Buffer.from(damage) })
      else ports.world.stored.delete(uri)
      await expect(getJob('cats-1', ports)).rejects.toMatchObject({ key: 'system/labeling-jobs/cats-1.json' })
      expect((await createOwn(ports)).outcome).toBe('existing')
      expect((await findJob('cats-1', ports))?.value).toMatchObject({
        lines: before.lines,
        labelAttributeName: before.labelAttributeName,
        createdAt: before.createdAt,
        request: before.request,
      })
    }
  })
})
