import { expect } from '@jest/globals'
import { TEAM } from '../support/world/world.ts'
import { batchRequest, lose, VALIDATE } from './arrange.ts'
import type { DeployedWorld } from './deployed-world.ts'
import type { Request } from './events.ts'
import { createElsewhere, endWithOutput, jobRequest, setStatus, waitForLease } from './labeling-jobs.ts'

/** Runs of batches, over datasets of the earlier journeys. */
export const RUN_JOURNEYS = [running, continuedRuns, runningLarge, brokenRuns, stoppedRuns]

const CREATE = 'batches-create'

/** Returns a request for a run up to its labeling job. */
function runRequest(dataset: string, changes: object = {}, examplesPerClass = 3): Request {
  const manifest = { boxes: 'open-images', provenance: true }
  const labelingJob = { workteamArn: TEAM.workteamArn, mode: 'adjust' }
  return { body: { ...batchRequest(dataset, examplesPerClass).body, run: 'label', manifest, labelingJob, ...changes } }
}

async function running({ call, drain, world }: DeployedWorld): Promise<void> {
  world.corsRules = []
  const batch = 'run'
  expect(await call(CREATE, { batch }, { ...runRequest('browsed'), ...VALIDATE })).toBe(200)
  expect(await call(CREATE, { batch }, runRequest('browsed'))).toBe(202)
  await drain()
  expect(await call('batches-get', { batch })).toBe(200)
  expect(await call(CREATE, { batch }, runRequest('browsed'))).toBe(200)
  expect(await call(CREATE, { batch }, { ...runRequest('browsed'), ...VALIDATE })).toBe(200)
  // One step at a time, each with another request.
  for (const run of ['select', 'copy', 'manifest', 'label']) {
    expect(await call(CREATE, { batch: 'steps' }, runRequest('own', { run }))).toBe(run === 'select' ? 201 : 202)
    await drain()
  }
  expect(
    await call(
      CREATE,
      { batch: 'drawn' },
      runRequest('browsed', { labelingJob: { job: 'taken', workteamArn: TEAM.workteamArn } }),
    ),
  ).not.toBe(202)
}

/** Runs whose labeling job continues another one, with and without results. */
async function continuedRuns(deployed: DeployedWorld): Promise<void> {
  const { call, drain } = deployed
  const end = {
    failed: (job: string) => setStatus(deployed, job, 'Failed'),
    completed: (job: string) => endWithOutput(deployed, job, 'continue-completed'),
  }
  for (const [name, endJob] of Object.entries(end)) {
    const [batch, first] = [`continue-${name}`, `first-${name}`]
    expect(await call(CREATE, { batch }, runRequest('browsed', { run: 'manifest', labelingJob: undefined }))).toBe(202)
    await drain()
    expect(await call('labeling-create-job', { job: first }, jobRequest(batch))).toBe(201)
    endJob(first)
    const labelingJob = { workteamArn: TEAM.workteamArn, continueFrom: first }
    expect(await call(CREATE, { batch }, runRequest('browsed', { labelingJob }))).toBe(202)
    await drain()
  }
}

/** Runs with large files that fail once at each manifest and succeed afterwards. */
async function runningLarge(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext, drain } = deployed
  const batch = 'run-large'
  const request = runRequest('large', {}, 1000)
  expect(await call(CREATE, { batch }, request)).toBe(202)
  for (const key of ['manifests/input.manifest', `manifests/${batch}/input.manifest`]) {
    interceptNext((one) => one.method === 'complete' && one.key.endsWith(key), new Error('no network'))
    await expect(drain()).rejects.toThrow('no network')
    waitForLease(deployed)
    expect(await call(CREATE, { batch }, request)).toBe(202)
  }
  await drain()
}

/** Runs that are refused by the service or dead-lettered at any step. */
async function brokenRuns(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext, drain, world } = deployed
  waitForLease(deployed)
  world.labeling.refusal = 'something about it'
  expect(await call(CREATE, { batch: 'refused-run' }, runRequest('browsed'))).toBe(202)
  await drain()
  world.labeling.refusal = undefined
  expect(await call(CREATE, { batch: 'refused-run' }, runRequest('browsed'))).toBe(202)
  interceptNext(
    ({ port, method }) => port === 'labeler' && method === 'create',
    () => createElsewhere(deployed, 'refused-run'),
  )
  await drain()
  for (const step of ['copy', 'manifest', 'label'])
    for (const by of [0, 1]) {
      let tasks = 0
      const batch = `dead-letter-${step}-${by}`
      expect(await call(CREATE, { batch }, runRequest('browsed', { run: step }))).toBe(202)
      await drain(({ task }) => (task === 'run-batch' && tasks++ === by ? 'dead-letter' : 'done'))
    }
}

/** Runs that stop: the copy is cancelled, the batch is deleted, or another copy is started meanwhile. */
async function stoppedRuns(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext, drain } = deployed
  const early = 'stopped-early'
  expect(await call(CREATE, { batch: early }, runRequest('browsed'))).toBe(202)
  expect(await call('batches-cancel-copy', { batch: early })).toBe(204)
  expect(await call(CREATE, { batch: early }, runRequest('browsed'))).toBe(202)
  interceptNext(({ method, key }) => method === 'put' && key.endsWith('/start.json'), new Error('no network'))
  await expect(drain()).rejects.toThrow('no network')
  expect(await call('batches-cancel-copy', { batch: early })).toBe(200)
  await drain()
  const batch = 'stopped-run'
  expect(await call(CREATE, { batch }, runRequest('browsed'))).toBe(202)
  await drain(({ chunk }) => (chunk === undefined ? 'done' : 'lost'))
  expect(await call('batches-cancel-copy', { batch })).toBe(200)
  await drain()
  expect(await call(CREATE, { batch }, runRequest('browsed'))).toBe(202)
  await drain(({ chunk }) => (chunk === undefined ? 'done' : 'lost'))
  expect(await call('batches-start-copy', { batch })).toBe(202)
  expect(await call('batches-delete', { batch })).toBe('wrong-state')
  lose(deployed, `${batch}/batch.json`)
  await drain()
}
