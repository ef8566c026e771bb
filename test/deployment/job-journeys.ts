import { expect } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import { lose, VALIDATE } from './arranged.ts'
import type { DeployedWorld } from './deployed-world.ts'
import {
  endWithOutput,
  expectNothingOf,
  jobOf,
  makeElsewhere,
  putBackAfter,
  setStatus,
  waitForLease,
} from './labeled.ts'

/** Labeling jobs of the batches that their journeys left; all have ended when they are through. */
export const JOB_JOURNEYS = [creating, refused, interrupted, looking, ending]

const CREATE = 'labeling-create-job'

/** Of each kind, of a batch's own manifest and without one, of few lines and of many. */
async function creating({ call, world }: DeployedWorld): Promise<void> {
  expect(await call(CREATE, { job: 'drawn' }, { ...jobOf('small'), ...VALIDATE })).toBe(200)
  expect(world.corsRules).toEqual([])
  expect(await call(CREATE, { job: 'drawn' }, jobOf('small'))).toBe(201)
  expect(world.corsRules).toHaveLength(1)
  expect(await call(CREATE, { job: 'drawn' }, jobOf('small'))).toBe(200)
  expect(await call(CREATE, { job: 'drawn' }, { ...jobOf('small'), ...VALIDATE })).toBe(200)
  expect(await call(CREATE, { job: 'drawn' }, jobOf('own'))).toBe('conflict')
  expect(await call(CREATE, { job: 'DRAWN' }, jobOf('small'))).toBe('conflict')
  for (const batch of ['small', 'own'])
    for (const mode of ['draw', 'adjust', 'verify'])
      expect(await call(CREATE, { job: `${mode}-${batch}` }, jobOf(batch, { mode }))).toBe(201)
}

/** By our own checks, by the service, and by a batch that goes meanwhile: nothing is left of it. */
async function refused(deployed: DeployedWorld): Promise<void> {
  const { call, next, world } = deployed
  const labelAttributeName = 'no_such'
  expect(await call(CREATE, { job: 'wrong' }, jobOf('small', { labelAttributeName }))).toBe('preflight-failed')
  world.labeling.refusal = 'something about it'
  expect(await call(CREATE, { job: 'refused' }, jobOf('small'))).toBe('preflight-failed')
  world.labeling.refusal = undefined
  next(
    ({ port, method }) => port === 'labeler' && method === 'create',
    () => makeElsewhere(deployed, 'taken'),
  )
  expect(await call(CREATE, { job: 'taken' }, jobOf('small'))).toBe('conflict')
  expect(await call(CREATE, { job: 'taken' }, jobOf('small'))).toBe('conflict')
  await putBackAfter(deployed, 'small/batch.json', async () => {
    next(
      ({ method, key }) => method === 'put' && key.startsWith('system/'),
      () => lose(deployed, 'small/batch.json'),
    )
    expect(await call(CREATE, { job: 'batchless' }, jobOf('small'))).toBe('not-found')
  })
  for (const job of ['wrong', 'refused', 'taken', 'batchless']) expectNothingOf(deployed, job)
}

/** Dead before the service has the job, behind that, and in the midst of a large manifest; gone on with by whom it may be. */
async function interrupted(deployed: DeployedWorld): Promise<void> {
  const { call, next } = deployed
  const isCreate = ({ port, method }: { port: string; method: string }) => port === 'labeler' && method === 'create'
  for (const moment of ['before', 'after'] as const) {
    const params = { job: `died-${moment}` }
    next(isCreate, moment)
    expect(await call(CREATE, params, jobOf('small'))).toBe('died')
    expect(await call(CREATE, params, jobOf('small'))).toBe(202)
    expect(await call('labeling-get-job', params)).toBe(200)
    waitForLease(deployed)
    expect(await call(CREATE, params, jobOf('small'))).toBe(moment === 'before' ? 201 : 200)
  }
  next(({ method, key }) => method === 'complete' && key.endsWith('died-large/input.manifest'), 'before')
  expect(await call(CREATE, { job: 'died-large' }, jobOf('large'))).toBe('died')
  waitForLease(deployed)
  expect(await call(CREATE, { job: 'died-large' }, jobOf('large'))).toBe(201)

  next(isCreate, new AppError('upstream-failed', 'no answer'))
  expect(await call(CREATE, { job: 'unsure' }, jobOf('small'))).toBe('upstream-failed')
  expect(await call('labeling-stop-job', { job: 'unsure' })).toBe('wrong-state')
  expect(await call('batches-delete', { batch: 'small' })).toBe('wrong-state')
  // Another request takes the name of what nobody makes any more.
  expect(await call(CREATE, { job: 'unsure' }, jobOf('own'))).toBe(201)
}

/** Ours and others, running and stopped, and what came of them so far. */
async function looking(deployed: DeployedWorld): Promise<void> {
  const { call } = deployed
  makeElsewhere(deployed, 'theirs')
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
  expect(await call('labeling-list-jobs')).toBe(200)
  expect(await call('labeling-list-workteams')).toBe(200)
}

/** Told once, twice, of what is not ours and of what does not end; then continued, and all the others ended as well. */
async function ending(deployed: DeployedWorld): Promise<void> {
  const { call, next, tell, world } = deployed
  const ends = () => world.sent.events.filter((event) => JSON.stringify(event).includes('labeling-job.'))
  await tell('drawn', 'InProgress')
  await tell('theirs', 'Completed')
  await tell('drawn', 'Completed', { account: '210987654321' })
  expect(ends()).toEqual([])
  for (let time = 0; time < 2; time++) await tell('drawn', 'Completed')
  expect(ends()).toHaveLength(1)
  expect(await call(CREATE, { job: 'continued' }, jobOf('small', { continueFrom: 'drawn' }))).toBe(201)
  expect(await call('labeling-get-job', { job: 'drawn' })).toBe(200)

  // It ended without results.
  expect(await call('batches-delete', { batch: 'small' })).toBe('wrong-state')
  setStatus(deployed, 'continued', 'Failed')
  // Nobody has told of it: who asks for the job again does.
  expect(await call(CREATE, { job: 'continued' }, jobOf('small', { continueFrom: 'drawn' }))).toBe(200)
  expect(ends()).toHaveLength(2)
  await tell('continued', 'Failed')
  expect(await call(CREATE, { job: 'once-more' }, jobOf('small', { continueFrom: 'continued' }))).toBe(201)

  // It ended before the call that made it had written that down, and its batch is gone.
  next(({ port, method }) => port === 'labeler' && method === 'create', 'after')
  expect(await call(CREATE, { job: 'quick' }, jobOf('small'))).toBe('died')
  await putBackAfter(deployed, 'small/batch.json', async () => {
    lose(deployed, 'small/batch.json')
    setStatus(deployed, 'quick', 'Completed')
    await tell('quick', 'Completed')
  })
  expect(ends()).toHaveLength(3)
  for (const { job } of world.labeling.jobs.values()) setStatus(deployed, job, 'Stopped')
}
