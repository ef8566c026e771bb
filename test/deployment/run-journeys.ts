import { expect } from '@jest/globals'
import { TEAM } from '../support/world/world.ts'
import { batchOf, lose, VALIDATE } from './arranged.ts'
import type { DeployedWorld, Request } from './deployed-world.ts'
import { endWithOutput, jobOf, makeElsewhere, setStatus, waitForLease } from './labeled.ts'

/** Batches that go on by themselves, over datasets that the journeys before have left. */
export const RUN_JOURNEYS = [running, continuedRuns, runningLarge, brokenRuns, stoppedRuns]

const CREATE = 'batches-create'

/** A batch that goes on to its labeling job. */
function runOf(dataset: string, changes: object = {}, examplesPerClass = 3): Request {
  const manifest = { boxes: 'open-images', provenance: true }
  const labelingJob = { workteamArn: TEAM.workteamArn, mode: 'adjust' }
  return { body: { ...batchOf(dataset, examplesPerClass).body, run: 'label', manifest, labelingJob, ...changes } }
}

async function running({ call, work, world }: DeployedWorld): Promise<void> {
  world.corsRules = []
  const batch = 'run'
  expect(await call(CREATE, { batch }, { ...runOf('browsed'), ...VALIDATE })).toBe(200)
  expect(await call(CREATE, { batch }, runOf('browsed'))).toBe(202)
  await work()
  expect(await call('batches-get', { batch })).toBe(200)
  expect(await call(CREATE, { batch }, runOf('browsed'))).toBe(200)
  expect(await call(CREATE, { batch }, { ...runOf('browsed'), ...VALIDATE })).toBe(200)
  // A step at a time, each time by another call.
  for (const run of ['select', 'copy', 'manifest', 'label']) {
    expect(await call(CREATE, { batch: 'steps' }, runOf('own', { run }))).toBe(run === 'select' ? 201 : 202)
    await work()
  }
  expect(
    await call(
      CREATE,
      { batch: 'drawn' },
      runOf('browsed', { labelingJob: { job: 'taken', workteamArn: TEAM.workteamArn } }),
    ),
  ).not.toBe(202)
}

/** On from what another job has left, with results of its own and without. */
async function continuedRuns(deployed: DeployedWorld): Promise<void> {
  const { call, work } = deployed
  const end = {
    failed: (job: string) => setStatus(deployed, job, 'Failed'),
    completed: (job: string) => endWithOutput(deployed, job, 'continue-completed'),
  }
  for (const [name, endJob] of Object.entries(end)) {
    const [batch, first] = [`continue-${name}`, `first-${name}`]
    expect(await call(CREATE, { batch }, runOf('browsed', { run: 'manifest', labelingJob: undefined }))).toBe(202)
    await work()
    expect(await call('labeling-create-job', { job: first }, jobOf(batch))).toBe(201)
    endJob(first)
    const labelingJob = { workteamArn: TEAM.workteamArn, continueFrom: first }
    expect(await call(CREATE, { batch }, runOf('browsed', { labelingJob }))).toBe(202)
    await work()
  }
}

/** More than one part of everything, ended at the second try. */
async function runningLarge(deployed: DeployedWorld): Promise<void> {
  const { call, next, work } = deployed
  const batch = 'run-large'
  const request = runOf('large', {}, 1000)
  expect(await call(CREATE, { batch }, request)).toBe(202)
  for (const key of ['manifests/input.manifest', `manifests/${batch}/input.manifest`]) {
    next((one) => one.method === 'complete' && one.key.endsWith(key), new Error('no network'))
    await expect(work()).rejects.toThrow('no network')
    waitForLease(deployed)
    expect(await call(CREATE, { batch }, request)).toBe(202)
  }
  await work()
}

/** By their sources, by the service, and given up at each of their steps. */
async function brokenRuns(deployed: DeployedWorld): Promise<void> {
  const { call, next, work, world } = deployed
  waitForLease(deployed)
  world.labeling.refusal = 'something about it'
  expect(await call(CREATE, { batch: 'refused-run' }, runOf('browsed'))).toBe(202)
  await work()
  world.labeling.refusal = undefined
  expect(await call(CREATE, { batch: 'refused-run' }, runOf('browsed'))).toBe(202)
  next(
    ({ port, method }) => port === 'labeler' && method === 'create',
    () => makeElsewhere(deployed, 'refused-run'),
  )
  await work()
  for (const step of ['copy', 'manifest', 'label'])
    for (const by of [0, 1]) {
      let tasks = 0
      const batch = `dead-letter-${step}-${by}`
      expect(await call(CREATE, { batch }, runOf('browsed', { run: step }))).toBe(202)
      await work(({ task }) => (task === 'run-batch' && tasks++ === by ? 'dead-letter' : 'done'))
    }
}

/** Their copies cancelled, their batch removed, somebody else copying meanwhile. */
async function stoppedRuns(deployed: DeployedWorld): Promise<void> {
  const { call, next, work } = deployed
  const early = 'stopped-early'
  expect(await call(CREATE, { batch: early }, runOf('browsed'))).toBe(202)
  expect(await call('batches-cancel-copy', { batch: early })).toBe(204)
  expect(await call(CREATE, { batch: early }, runOf('browsed'))).toBe(202)
  next(({ method, key }) => method === 'put' && key.endsWith('/start.json'), new Error('no network'))
  await expect(work()).rejects.toThrow('no network')
  expect(await call('batches-cancel-copy', { batch: early })).toBe(200)
  await work()
  const batch = 'stopped-run'
  expect(await call(CREATE, { batch }, runOf('browsed'))).toBe(202)
  await work(({ chunk }) => (chunk === undefined ? 'done' : 'dropped'))
  expect(await call('batches-cancel-copy', { batch })).toBe(200)
  await work()
  expect(await call(CREATE, { batch }, runOf('browsed'))).toBe(202)
  await work(({ chunk }) => (chunk === undefined ? 'done' : 'dropped'))
  expect(await call('batches-start-copy', { batch })).toBe(202)
  expect(await call('batches-delete', { batch })).toBe('wrong-state')
  lose(deployed, `${batch}/batch.json`)
  await work()
}
