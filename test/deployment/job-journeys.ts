import { expect } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { lose, uriAt, VALIDATE } from './arrange.ts'
import type { DeployedWorld } from './deployed-world.ts'
import {
  createElsewhere,
  endWithOutput,
  expectNothingStored,
  jobRequest,
  restoreAfter,
  setStatus,
  waitForLease,
} from './labeling-jobs.ts'

/** Labeling jobs of the batches of the earlier journeys. All have ended afterwards. */
export const JOB_JOURNEYS = [creating, refused, interrupted, looking, ending]

const CREATE = 'labeling-create-job'

/** Creates jobs of every mode, for a batch with and without a manifest of its own. */
async function creating({ call, world }: DeployedWorld): Promise<void> {
  // Copying added the rule; somebody may have removed it.
  expect(world.corsRules).toHaveLength(1)
  world.corsRules = []
  expect(await call(CREATE, { job: 'drawn' }, { ...jobRequest('small'), ...VALIDATE })).toBe(200)
  expect(world.corsRules).toEqual([])
  expect(await call(CREATE, { job: 'drawn' }, jobRequest('small'))).toBe(201)
  expect(world.corsRules).toHaveLength(1)
  expect(await call(CREATE, { job: 'drawn' }, jobRequest('small'))).toBe(200)
  expect(await call(CREATE, { job: 'drawn' }, { ...jobRequest('small'), ...VALIDATE })).toBe(200)
  expect(await call(CREATE, { job: 'drawn' }, jobRequest('own'))).toBe('conflict')
  expect(await call(CREATE, { job: 'DRAWN' }, jobRequest('small'))).toBe('conflict')
  for (const batch of ['small', 'own'])
    for (const mode of ['draw', 'adjust', 'verify'])
      expect(await call(CREATE, { job: `${mode}-${batch}` }, jobRequest(batch, { mode }))).toBe(201)
}

/** Jobs refused by the preflight checks, by the service, and because the batch is deleted meanwhile. Nothing is left of them. */
async function refused(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext, world } = deployed
  const labelAttributeName = 'no_such'
  expect(await call(CREATE, { job: 'wrong' }, jobRequest('small', { labelAttributeName }))).toBe('preflight-failed')
  world.labeling.refusal = 'something about it'
  expect(await call(CREATE, { job: 'refused' }, jobRequest('small'))).toBe('preflight-failed')
  world.labeling.refusal = undefined
  interceptNext(
    ({ port, method }) => port === 'labeler' && method === 'create',
    () => createElsewhere(deployed, 'taken'),
  )
  expect(await call(CREATE, { job: 'taken' }, jobRequest('small'))).toBe('conflict')
  expect(await call(CREATE, { job: 'taken' }, jobRequest('small'))).toBe('conflict')
  await restoreAfter(deployed, 'small/batch.json', async () => {
    interceptNext(
      ({ method, key }) => method === 'put' && key.startsWith('system/'),
      () => lose(deployed, 'small/batch.json'),
    )
    expect(await call(CREATE, { job: 'batchless' }, jobRequest('small'))).toBe('not-found')
  })
  for (const job of ['wrong', 'refused', 'taken', 'batchless']) expectNothingStored(deployed, job)
}

/** Crashes before and after the service has the job and within a large manifest, each resumed by a later request. */
async function interrupted(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext } = deployed
  const isCreate = ({ port, method }: { port: string; method: string }) => port === 'labeler' && method === 'create'
  for (const moment of ['before', 'after'] as const) {
    const params = { job: `died-${moment}` }
    interceptNext(isCreate, moment)
    expect(await call(CREATE, params, jobRequest('small'))).toBe('crashed')
    expect(await call(CREATE, params, jobRequest('small'))).toBe(202)
    expect(await call('labeling-get-job', params)).toBe(200)
    waitForLease(deployed)
    expect(await call(CREATE, params, jobRequest('small'))).toBe(moment === 'before' ? 201 : 200)
  }
  interceptNext(({ method, key }) => method === 'complete' && key.endsWith('died-large/input.manifest'), 'before')
  expect(await call(CREATE, { job: 'died-large' }, jobRequest('large'))).toBe('crashed')
  waitForLease(deployed)
  expect(await call(CREATE, { job: 'died-large' }, jobRequest('large'))).toBe(201)

  interceptNext(isCreate, new AppError('upstream-failed', 'no answer'))
  expect(await call(CREATE, { job: 'indeterminate' }, jobRequest('small'))).toBe('upstream-failed')
  expect(await call('labeling-stop-job', { job: 'indeterminate' })).toBe('wrong-state')
  expect(await call('batches-delete', { batch: 'small' })).toBe('wrong-state')
  // Another request takes over the name of an abandoned claim.
  expect(await call(CREATE, { job: 'indeterminate' }, jobRequest('own'))).toBe(201)
}

/** Reads and stops our own jobs and those of others. */
async function looking(deployed: DeployedWorld): Promise<void> {
  const { call } = deployed
  createElsewhere(deployed, 'theirs')
  const looks: readonly [name: string, ours: number | string, theirs: number | string][] = [
    ['get-job', 200, 200],
    ['list-annotations', 'not-found', 'forbidden'],
    ['stop-job', 202, 'forbidden'],
  ]
  for (const [name, ours, theirs] of looks) {
    expect(await call(`labeling-${name}`, { job: 'drawn' })).toBe(ours)
    expect(await call(`labeling-${name}`, { job: 'theirs' })).toBe(theirs)
  }
  endWithOutput(deployed, 'drawn', 'small')
  expect(await call('labeling-stop-job', { job: 'drawn' })).toBe(200)
  expect(await call('labeling-list-annotations', { job: 'drawn' })).toBe(200)
  await linking(deployed)
  expect(await call('labeling-list-jobs')).toBe(200)
  expect(await call('labeling-list-workteams')).toBe(200)
}

/** Links to the images of a job: copies and test images. */
async function linking(deployed: DeployedWorld): Promise<void> {
  const output = 'small/drawn/manifests/output/output.manifest'
  await restoreAfter(deployed, output, async () => {
    const sources = ['small/images/1.jpg', 'test/1.jpg'].map((key) => uriAt(deployed, key))
    const lines = sources.map((source) => `${JSON.stringify({ 'source-ref': source })}\n`)
    deployed.world.stored.set(uriAt(deployed, output), memoryObject(lines.join('')))
    expect(await deployed.call('labeling-list-annotations', { job: 'drawn' }, { query: { links: 'true' } })).toBe(200)
  })
}

/** State changes: repeated, of other jobs, and of jobs that do not end. Then continues a job and ends all others. */
async function ending(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext, publishStateChange, world } = deployed
  const ends = () => world.sent.events.filter((event) => JSON.stringify(event).includes('labeling-job.'))
  await publishStateChange('drawn', 'InProgress')
  await publishStateChange('theirs', 'Completed')
  await publishStateChange('drawn', 'Completed', { account: '210987654321' })
  expect(ends()).toEqual([])
  for (let time = 0; time < 2; time++) await publishStateChange('drawn', 'Completed')
  expect(ends()).toHaveLength(1)
  expect(await call(CREATE, { job: 'continued' }, jobRequest('small', { continueFrom: 'drawn' }))).toBe(201)
  expect(await call('labeling-get-job', { job: 'drawn' })).toBe(200)
  await restoreAfter(deployed, 'small/drawn/manifests/output/output.manifest', async () => {
    lose(deployed, 'small/drawn/manifests/output/output.manifest')
    expect(await call('labeling-list-annotations', { job: 'drawn' })).toBe('corrupt-state')
  })

  // The job ended without results.
  expect(await call('batches-delete', { batch: 'small' })).toBe('wrong-state')
  setStatus(deployed, 'continued', 'Failed')
  // No state change arrived, so a repeated request publishes the end.
  expect(await call(CREATE, { job: 'continued' }, jobRequest('small', { continueFrom: 'drawn' }))).toBe(200)
  expect(ends()).toHaveLength(2)
  await publishStateChange('continued', 'Failed')
  expect(await call(CREATE, { job: 'once-more' }, jobRequest('small', { continueFrom: 'continued' }))).toBe(201)

  // The job ended before its creation was recorded, and its batch is gone.
  interceptNext(({ port, method }) => port === 'labeler' && method === 'create', 'after')
  expect(await call(CREATE, { job: 'quick' }, jobRequest('small'))).toBe('crashed')
  await restoreAfter(deployed, 'small/batch.json', async () => {
    lose(deployed, 'small/batch.json')
    setStatus(deployed, 'quick', 'Completed')
    await publishStateChange('quick', 'Completed')
  })
  expect(ends()).toHaveLength(3)
  for (const { job } of world.labeling.jobs.values()) setStatus(deployed, job, 'Stopped')
}
