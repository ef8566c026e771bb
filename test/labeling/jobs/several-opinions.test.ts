import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../../shared/contracts/errors.ts'
import type { CompleteJobRequest } from '../../../shared/contracts/labeling-job-request.ts'
import { findWork } from '../../../shared/labeling/engine/work.ts'
import { createJob } from '../../../shared/labeling/jobs/create.ts'
import { getJob } from '../../../shared/labeling/jobs/get.ts'
import { previewJob } from '../../../shared/labeling/jobs/preview.ts'
import { allKeys, copiedPorts, jobFor, ownJobFor } from '../../support/fixtures/labeling-jobs.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const issuesOf = async (ports: MemoryPorts, request: CompleteJobRequest): Promise<readonly string[]> => {
  const error = await createJob('cats-1', request, ports).catch((thrown: unknown) => thrown)
  if (!(error instanceof AppError)) throw new Error('nothing was refused', { cause: error })
  return error.issues.map(({ at }) => at).toSorted()
}

describe('a labeling job that asks several people', () => {
  it('asks two to five people until two agree, if it does not say how many', async () => {
    const ports = await copiedPorts()
    await createJob('cats-1', ownJobFor({ stopWhen: {} }), ports)
    expect((await findWork('cats-1', ports))?.value).toMatchObject({
      workersPerObject: 5,
      stopWhen: { workers: 2, agreeAt: 0.85 },
    })
    expect((await getJob('cats-1', ports)).opinions).toEqual({ given: 0, needed: 2 * 5 })
  })

  it('is the same with the same request, and another one with another overlap', async () => {
    const ports = await copiedPorts()
    const request = ownJobFor({ stopWhen: { agreeAt: 0.9 }, review: 'disputes' })
    await createJob('cats-1', request, ports)
    expect((await createJob('cats-1', request, ports)).outcome).toBe('existing')
    const other = createJob('cats-1', ownJobFor({ stopWhen: { agreeAt: 0.8 }, review: 'disputes' }), ports)
    await expect(other).rejects.toMatchObject({ code: 'conflict' })
  })

  it.each([
    [{ stopWhen: { workers: 1 } }, ['body.stopWhen.workers']],
    [{ stopWhen: { workers: 2.5, agreeAt: 0.4 } }, ['body.stopWhen.agreeAt', 'body.stopWhen.workers']],
    [{ stopWhen: { workers: 4 }, workersPerObject: 3 }, ['body.stopWhen.workers']],
    [{ stopWhen: { agreeAt: 1.01 } }, ['body.stopWhen.agreeAt']],
    [{ review: 'disputes' }, ['body.review']],
  ])('is refused with %j, and leaves nothing behind', async (changes, at) => {
    const ports = await copiedPorts()
    expect(await issuesOf(ports, ownJobFor(changes))).toEqual(at)
    expect(allKeys(ports).filter((key) => key.startsWith('system/'))).toEqual([])
  })

  it('is one of Groundwork itself: SageMaker always asks as many, and has no reviewers', async () => {
    const ports = await copiedPorts()
    const request = jobFor({ stopWhen: {}, review: 'none' })
    expect(await issuesOf(ports, request)).toEqual(['body.review', 'body.stopWhen'])
  })

  it('has a preview with the warning that it needs as many people', async () => {
    const ports = await copiedPorts()
    const codes = async (changes: object) =>
      (await previewJob('cats-1', ownJobFor({ ...changes }), ports)).warnings.map(({ code }) => code)
    expect(await codes({ workersPerObject: 3 })).toEqual(['several-workers'])
    expect(await codes({ stopWhen: {} })).toEqual(['several-workers'])
    expect(await codes({ coverageCheck: true })).toEqual(['several-workers'])
    expect(await codes({})).toEqual([])
  })
})
