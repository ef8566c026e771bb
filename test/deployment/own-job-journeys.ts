import { expect } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import { progressKey } from '../../shared/labeling/engine/folders.ts'
import type { Work } from '../../shared/labeling/engine/work.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { batchRequest, VALIDATE } from './arrange.ts'
import type { DeployedWorld } from './deployed-world.ts'
import type { Request } from './events.ts'
import { waitForLease } from './labeling-jobs.ts'
import { blockOf, newPerson, tasksOf } from './person.ts'

/** Jobs of our own engine, on the batches of the earlier journeys. */
export const OWN_JOB_JOURNEYS = [interrupted, counted, losing, reported, consolidated, runs, largeRun, conditions]

/** The functions that consolidate the answers of a job again. */
const CONSOLIDATING = ['consolidate-job', 'get-consolidation', 'list-consolidations'] as const

const unanswered = new AppError('upstream-failed', 'no answer')

const CREATE = 'labeling-create-job'
/** An hour, so that the messages that watch a job come to an end. */
const SHORT = { taskAvailabilitySeconds: 3600 }
const ownJob = (batch: string, changes: object = {}): Request => ({ body: { batch, ...SHORT, ...changes } })

/** Creations that crash: resumed, given up for another request, and within a large list of tasks. */
async function interrupted(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext } = deployed
  interceptNext(({ method, key }) => method === 'put' && key.endsWith('/work.json'), 'before')
  expect(await call(CREATE, { job: 'own-left' }, ownJob('small'))).toBe('crashed')
  waitForLease(deployed)
  expect(await call(CREATE, { job: 'own-left' }, ownJob('small', { workersPerObject: 2 }))).toBe(201)
  addForeignLine(deployed, 'small', 'own')
  expect(await call(CREATE, { job: 'own-edited' }, ownJob('small'))).toBe(201)
  interceptNext(({ method, key }) => method === 'complete' && key.endsWith('/tasks.jsonl'), unanswered)
  expect(await call(CREATE, { job: 'own-large' }, ownJob('large', { mode: 'adjust' }))).toBe('upstream-failed')
  expect(await call(CREATE, { job: 'own-large' }, ownJob('large', { mode: 'adjust' }))).toBe(201)
}

/** Adds an image of another batch to the manifest of a batch: its size is in its header only. */
function addForeignLine({ world, config }: DeployedWorld, batch: string, other: string): void {
  const uri = `s3://${config.bucket}/${config.dataPrefix}${batch}/manifests/input.manifest`
  const images = `s3://${config.bucket}/${config.dataPrefix}${other}/images/`
  const image = [...world.stored.keys()].find((one) => one.startsWith(images))
  const text = Buffer.from(world.stored.get(uri)?.bytes ?? []).toString()
  world.stored.set(uri, memoryObject(`${text}${JSON.stringify({ 'source-ref': image })}\n`))
}

/** Every look at a job counts it anew where its counts are gone. */
async function counted(deployed: DeployedWorld): Promise<void> {
  const { call, listAll } = deployed
  const job = 'own-left'
  for (const name of ['labeling-get-job', 'labeling-list-annotations', 'labeling-stop-job']) {
    loseCounts(deployed, job)
    expect(await call(name, { job })).toBe(
      { 'labeling-list-annotations': 'not-found', 'labeling-stop-job': 202 }[name] ?? 200,
    )
  }
  loseCounts(deployed, job)
  expect(await call(CREATE, { job }, ownJob('small', { workersPerObject: 2 }))).toBe(200)
  loseCounts(deployed, job)
  expect(await listAll('labeling-list-jobs')).not.toEqual([])
}

/** The record of a job is lost while people work on it. */
async function losing({ call, listAll, world, config }: DeployedWorld): Promise<void> {
  const job = 'own-left'
  const uri = `s3://${config.bucket}/system/labeling-work/${job}/work.json`
  const record = world.stored.get(uri)!
  world.stored.delete(uri)
  const again: Request = { body: { name: 'again' } }
  for (const name of ['get-job', 'stop-job', 'list-job-workers', 'list-annotations', ...CONSOLIDATING])
    expect(await call(`labeling-${name}`, { job, consolidation: 'again' }, again)).toBe('corrupt-state')
  expect(await listAll('labeling-list-jobs')).toContainEqual(expect.objectContaining({ job, state: 'unreadable' }))
  world.stored.set(uri, record)
}

const findWork = ({ world, config }: DeployedWorld, job: string): Work =>
  JSON.parse(
    Buffer.from(world.stored.get(`s3://${config.bucket}/system/labeling-work/${job}/work.json`)!.bytes).toString(),
  )

function loseCounts(deployed: DeployedWorld, job: string): void {
  const { world, config } = deployed
  world.stored.delete(`s3://${config.bucket}/${progressKey(findWork(deployed, job))}`)
}

/** What each of two workers has done. */
async function reported(deployed: DeployedWorld): Promise<void> {
  const { call, listAll, request } = deployed
  const job = 'own-team'
  expect(await call(CREATE, { job }, ownJob('small', { workersPerObject: 2 }))).toBe(201)
  for (const name of ['wes', 'xia']) {
    const person = await newPerson(deployed, name)
    const reply = await person.next(job)
    for (const task of tasksOf(reply)) await person.answer(job, task)
    await person.next(job, { finished: blockOf(reply) })
  }
  loseCounts(deployed, job)
  expect(await listAll('labeling-list-job-workers', { job })).toHaveLength(2)
  for (const name of ['wes', 'xia'])
    await request('DELETE', `/v1/workers/${name}`, { body: undefined, authorization: 'Bearer everything' })
}

/** The answers of that job are consolidated again; then the record of its owner is lost while its counts are. */
async function consolidated(deployed: DeployedWorld): Promise<void> {
  const { call, drain, listAll, world, config } = deployed
  const job = 'own-team'
  await drain()
  for (const name of ['again', 'once-more'])
    expect(await call('labeling-consolidate-job', { job }, { body: { name } })).toBe(202)
  await drain()
  expect(await call('labeling-consolidate-job', { job }, { body: { name: 'again' } })).toBe(200)
  expect(await call('labeling-get-consolidation', { job, consolidation: 'again' })).toBe(200)
  expect(await listAll('labeling-list-consolidations', { job })).toHaveLength(2)
  const query = { consolidation: 'again' }
  expect(await listAll('labeling-list-annotations', { job }, { query })).not.toEqual([])
  const uri = `s3://${config.bucket}/system/labeling-jobs/own-left.json`
  const record = world.stored.get(uri)!
  world.stored.delete(uri)
  for (const name of CONSOLIDATING) {
    loseCounts(deployed, 'own-left')
    const params = { job: 'own-left', consolidation: 'again' }
    expect(await call(`labeling-${name}`, params, { body: { name: 'again' } })).toBe('corrupt-state')
  }
  world.stored.set(uri, record)
}

/** Runs up to a job, and requests whose job exists. */
async function runs(deployed: DeployedWorld): Promise<void> {
  const { call, drain, interceptNext } = deployed
  const request: Request = { body: { ...batchRequest('browsed').body, run: 'label', labelingJob: SHORT } }
  interceptNext(({ method, key }) => method === 'put' && key.endsWith('/work.json'), 'before')
  const withGold: Request = { body: { ...request.body, labelingJob: { gold: { practice: 1 }, ...SHORT } } }
  expect(await call('batches-create', { batch: 'own-run' }, withGold)).toBe(202)
  await drain()
  waitForLease(deployed)
  await drain()
  // A job that runs, under the name that a run gives it.
  const manifest: Request = { body: { ...batchRequest('browsed').body, run: 'manifest' } }
  expect(await call('batches-create', { batch: 'own-next' }, manifest)).toBe(202)
  await drain()
  expect(await call(CREATE, { job: 'own-next' }, ownJob('own-next'))).toBe(201)
  expect(await call(CREATE, { job: 'own-gold' }, ownJob('own-next', { gold: { practice: 1 } }))).toBe(201)
  loseCounts(deployed, 'own-next')
  expect(await call('batches-create', { batch: 'own-next' }, { ...request, ...VALIDATE })).toBe(200)
  const labelingJob = { job: 'own-more', continueFrom: 'own-next', ...SHORT }
  const more: Request = { body: { ...request.body, labelingJob } }
  expect(await call('batches-create', { batch: 'own-next' }, { ...more, ...VALIDATE })).toBe('preflight-failed')
  loseCounts(deployed, 'own-next')
  expect(await call('batches-delete', { batch: 'own-next' }, VALIDATE)).toBe('wrong-state')
}

/** A run whose list of tasks takes several parts, and fails once. */
async function largeRun(deployed: DeployedWorld): Promise<void> {
  const { call, drain, interceptNext } = deployed
  const manifest = { boxes: 'open-images' }
  const body = {
    ...batchRequest('large', 1000).body,
    run: 'label',
    manifest,
    labelingJob: { mode: 'adjust', ...SHORT },
  }
  expect(await call('batches-create', { batch: 'own-run-large' }, { body })).toBe(202)
  interceptNext(({ method, key }) => method === 'complete' && key.endsWith('/tasks.jsonl'), unanswered)
  await expect(drain()).rejects.toThrow(unanswered)
  waitForLease(deployed)
  expect(await call('batches-create', { batch: 'own-run-large' }, { body })).toBe(202)
  await drain()
}

/** A job with stopping conditions counts what is labeled when it is watched. */
async function conditions({ call, drain, world }: DeployedWorld): Promise<void> {
  const stoppingConditions = { maxHumanLabeledObjects: 1 }
  expect(
    await call(
      CREATE,
      { job: 'own-conditions' },
      ownJob('small', { stoppingConditions, taskAvailabilitySeconds: 600 }),
    ),
  ).toBe(201)
  world.now = new Date(world.now.getTime() + 120_000)
  await drain()
}
