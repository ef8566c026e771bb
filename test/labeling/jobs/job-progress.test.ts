import { expect, it } from '@jest/globals'
import type { LabelerProgress } from '../../../shared/contracts/labeler.ts'
import { LabelingJobView } from '../../../shared/contracts/labeling-job.ts'
import { getJob } from '../../../shared/labeling/jobs/get.ts'
import { changeServiceJob, copiedPorts, create } from '../../support/fixtures/labeling-jobs.ts'

const progress: LabelerProgress = {
  opinions: { given: 7, needed: 3 },
  blocksOut: 1,
  expiredLeases: 2,
  medianSecondsPerImage: 8.2,
  medianSecondsPerBox: undefined,
  imageSwapP95Milliseconds: 41,
  estimatedEndAt: '2026-01-02T04:00:00.000Z',
  unreadable: [],
}

it('shows what our engine knows of a running job, and leaves out what it does not know yet', async () => {
  const ports = await copiedPorts()
  await create(ports)
  changeServiceJob(ports, 'cats-1', { status: 'InProgress', progress })
  const { medianSecondsPerBox: _, unreadable: __, ...known } = progress
  const view = await getJob('cats-1', ports)
  expect(LabelingJobView.parse(view)).toMatchObject(known)
  expect(Object.keys(view)).not.toContain('medianSecondsPerBox')
  expect(view.warnings).toEqual([])
})

it('shows none of it for a job of SageMaker', async () => {
  const ports = await copiedPorts()
  await create(ports)
  expect(await getJob('cats-1', ports)).not.toHaveProperty('opinions')
})

it('warns about what it could not count, and names some of many', async () => {
  const ports = await copiedPorts()
  await create(ports)
  const unreadable = Array.from({ length: 11 }, (_, index) => `system/shard-${index}.json`)
  changeServiceJob(ports, 'cats-1', { status: 'InProgress', progress: { ...progress, unreadable } })
  const { warnings } = await getJob('cats-1', ports)
  expect(warnings.map(({ code }) => code)).toEqual(['unreadable-state'])
  expect(warnings[0]?.message).toContain('system/shard-9.json')
  expect(warnings[0]?.message).not.toContain('system/shard-10.json')
})
