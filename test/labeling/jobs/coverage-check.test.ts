import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../../shared/contracts/errors.ts'
import { findWork } from '../../../shared/labeling/engine/work.ts'
import { copiedPorts, create, createOwn } from '../../support/fixtures/labeling-jobs.ts'

const issuesOf = async (attempt: Promise<unknown>): Promise<readonly string[]> => {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw error ?? new Error('nothing was refused')
  return error.issues.map(({ at }) => at)
}

describe('a labeling job with coverageCheck', () => {
  it('has its labels checked', async () => {
    const ports = await copiedPorts()
    await createOwn(ports, 'cats-1', { coverageCheck: true })
    expect((await findWork('cats-1', ports))?.value.coverageCheck).toBe(true)
  })

  it('is the same job when it is requested again, and another one than without', async () => {
    const ports = await copiedPorts()
    await createOwn(ports, 'cats-1', { coverageCheck: true })
    expect((await createOwn(ports, 'cats-1', { coverageCheck: true })).outcome).toBe('existing')
    await expect(createOwn(ports, 'cats-1')).rejects.toMatchObject({ code: 'conflict' })
  })

  it('may have reviewers although a single worker labels each image', async () => {
    const ports = await copiedPorts()
    const request = { coverageCheck: true, review: 'disputes', workersPerObject: 1 }
    expect((await createOwn(ports, 'cats-1', request)).outcome).toBe('created')
    const unchecked = createOwn(ports, 'cats-2', { ...request, coverageCheck: false })
    expect(await issuesOf(unchecked)).toEqual(['body.review'])
  })

  it.each(['adjust', 'verify'])('is refused in the mode %s', async (mode) => {
    const ports = await copiedPorts()
    const attempt = createOwn(ports, 'cats-1', { coverageCheck: true, mode, boxesFrom: 'open-images' })
    expect(await issuesOf(attempt)).toEqual(['body.coverageCheck'])
  })

  it('is refused at SageMaker', async () => {
    const ports = await copiedPorts()
    expect(await issuesOf(create(ports, 'cats-1', { coverageCheck: true }))).toEqual(['body.coverageCheck'])
  })
})
