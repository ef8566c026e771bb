import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../../shared/batches/create.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { AppError } from '../../../shared/contracts/errors.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { findWork } from '../../../shared/labeling/engine/work.ts'
import { createJob } from '../../../shared/labeling/jobs/create.ts'
import { getJob } from '../../../shared/labeling/jobs/get.ts'
import { previewJob } from '../../../shared/labeling/jobs/preview.ts'
import { drain } from '../../support/broker/drain.ts'
import { allKeys, copiedPorts, create, createOwn, ownJobFor } from '../../support/fixtures/labeling-jobs.ts'
import { CAT, cats, petsWorld, row } from '../../support/fixtures/pets.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const GROUPS = [row(1, CAT, '0,0,1,0,0'), row(2, CAT, '0,0,1,0,0')]

const issuesOf = async (attempt: Promise<unknown>): Promise<readonly string[]> => {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw error ?? new Error('nothing was refused')
  return error.issues.map(({ at }) => at).toSorted()
}

/** Returns ports with a batch `b` that was selected without boxes that have a flag. */
async function copiedWithout(excludeFlags: readonly string[]): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(cats(5)) })
  const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 5, excludeFlags }
  await createBatch('b', BatchRequest.parse(request), ports)
  await startCopy('b', ports)
  await drain(ports)
  return ports
}

describe('a labeling job with gold', () => {
  it('may leave out how much', async () => {
    const ports = await copiedPorts()
    await createOwn(ports, 'cats-1', { gold: {} })
    expect((await findWork('cats-1', ports))?.value.gold).toEqual({ share: 0.1, practice: 5 })
    expect((await getJob('cats-1', ports)).warnings).toEqual([])
  })

  it('is another job with other gold, and the same with the same', async () => {
    const ports = await copiedPorts()
    await createOwn(ports, 'cats-1', { gold: { practice: 2 } })
    await expect(createOwn(ports, 'cats-1', { gold: { practice: 3 } })).rejects.toMatchObject({ code: 'conflict' })
    expect((await createOwn(ports, 'cats-1', { gold: { practice: 2 } })).outcome).toBe('existing')
  })

  it.each([{ share: 1.01 }, { share: -0.1 }, { practice: 51 }, { practice: -1 }, { practice: 1.5 }])(
    'is refused with %j, together with everything else',
    async (gold) => {
      const ports = await copiedPorts()
      const attempt = createOwn(ports, 'cats-1', { gold, workersPerObject: 10 })
      expect(await issuesOf(attempt)).toEqual([`body.gold.${Object.keys(gold)[0]}`, 'body.workersPerObject'])
    },
  )

  it.each(['adjust', 'verify'])('is refused in the mode %s, in which the known boxes are shown', async (mode) => {
    expect(await issuesOf(createOwn(await copiedPorts(), 'cats-1', { gold: {}, mode }))).toEqual(['body.gold'])
  })

  it('is refused at SageMaker', async () => {
    expect(await issuesOf(create(await copiedPorts(), 'cats-1', { gold: {} }))).toEqual(['body.gold'])
  })

  it('is refused on a batch none of whose images has a known answer, and by its preview', async () => {
    const ports = await copiedPorts(GROUPS)
    expect(await issuesOf(createOwn(ports, 'cats-1', { gold: {}, workersPerObject: 10 }))).toEqual([
      'body.gold',
      'body.workersPerObject',
    ])
    expect(await issuesOf(previewJob('cats-1', ownJobFor({ gold: {} }), ports))).toEqual(['body.gold'])
    expect(allKeys(ports).filter((key) => key.startsWith('system/'))).toEqual([])
  })

  it('is refused on a batch whose list lacks boxes, as these would count as drawn in vain', async () => {
    const ports = await copiedWithout(['isOccluded'])
    expect(await issuesOf(createOwn(ports, 'cats-1', { gold: {} }))).toEqual(['body.gold'])
  })

  it('is accepted where one image has a known answer', async () => {
    const ports = await copiedPorts([...GROUPS, row(3, CAT)])
    await createOwn(ports, 'cats-1', { gold: { share: 0.5 } })
    expect((await findWork('cats-1', ports))?.value.gold).toEqual({ share: 0.5, practice: 1 })
  })
})

describe('a run that asks for a job with gold', () => {
  const request = (changes: object = {}) =>
    BatchRequest.parse({
      dataset: 'pets',
      classNames: ['Cat'],
      examplesPerClass: 5,
      run: 'label',
      labelingJob: { gold: {} },
      ...changes,
    })

  it('creates it with gold', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(5)) })
    await createBatch('b', request(), ports)
    await drain(ports, { until: ports.world.now })
    expect((await findWork('b', ports))?.value.gold).toEqual({ share: 0.1, practice: 5 })
  })

  it('creates it without gold, and logs that, where it turns out that nothing is known', async () => {
    const ports = memoryPorts({ world: await petsWorld(GROUPS) })
    await createBatch('b', request(), ports)
    await drain(ports, { until: ports.world.now })
    const work = (await findWork('b', ports))?.value
    expect(work?.lines).toBe(2)
    expect(work).not.toHaveProperty('gold')
    expect(ports.world.logged).toContainEqual(expect.objectContaining({ event: 'labeling_job.without_gold' }))
    expect((await getJob('b', ports)).warnings).toContainEqual(expect.objectContaining({ code: 'no-gold' }))
  })

  it('creates it without gold where the batch lacks boxes after all', async () => {
    const ports = await copiedWithout(['isOccluded'])
    await createJob('cats-1', ownJobFor({ gold: {} }), ports, { mayLackGold: true })
    expect((await findWork('cats-1', ports))?.value).not.toHaveProperty('gold')
  })

  it('is refused before anything is copied where the batch lacks boxes', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(5)) })
    expect(await issuesOf(createBatch('b', request({ excludeFlags: ['isGroupOf'] }), ports))).toEqual([
      'body.labelingJob.gold',
    ])
  })
})
