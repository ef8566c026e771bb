import { expect } from '@jest/globals'
import { answersFolder, jobWorkFolder, labelsKey, shardKey, skillsKey } from '../../shared/labeling/engine/folders.ts'
import { resultJob, startResult } from '../../shared/labeling/engine/result/result-job.ts'
import { type Work, workRef } from '../../shared/labeling/engine/work.ts'
import { startRef } from '../../shared/platform/fan-out/round.ts'
import { catBox, closedWork } from '../support/fixtures/closed-work.ts'
import type { Call } from '../support/world/call.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { batchRequest, importAll, leave, VALIDATE } from './arrange.ts'
import type { DeployedWorld } from './deployed-world.ts'
import type { MessageFate } from './drain-deployed.ts'
import { endWithOutput, jobRequest } from './labeling-jobs.ts'

/** The results of jobs of our own engine, in a batch that has no record. */
export const RESULT_JOURNEYS = [writing, losingParts, losingShards, losingSkills, goneMeanwhile, deletingWork]

/** Closes a job whose output manifest takes several parts of an upload. */
export function closed(deployed: DeployedWorld, job: string, changes: Partial<Work> = {}): Work {
  const { world, config } = deployed
  const answers = [{ worker: 1, answer: 'boxes', boxes: [catBox()] }] as const
  const text = JSON.stringify({ 'source-ref': `s3://${config.bucket}/a.jpg`, filler: 'x'.repeat(60_000) })
  const lines = Array.from({ length: 103 }, () => ({ answers, text }))
  return closedWork(world, { job, batch: 'results', bucket: config.bucket, ...changes, lines })
}

const start = ({ world, config }: DeployedWorld, work: Work): Promise<void> =>
  startResult(work, memoryPorts({ world, config }))

const remove = ({ world, config }: DeployedWorld, key: string): void =>
  void world.stored.delete(`s3://${config.bucket}/${key}`)

const isStored = ({ world, config }: DeployedWorld, key: string): boolean =>
  world.stored.has(`s3://${config.bucket}/${key}`)

const outputOf = ({ config }: DeployedWorld, { job }: Work): string =>
  `${config.dataPrefix}results/${job}/manifests/output/output.manifest`

const isComplete = ({ method }: Call): boolean => method === 'complete'

/** Each worker that can be the last one writes the manifest; an upload that fails is aborted. */
async function writing(deployed: DeployedWorld): Promise<void> {
  const fates: readonly MessageFate[] = ['done', 'crash', 'crash-dead-letter', 'dead-letter']
  for (const fate of fates) {
    const work = closed(deployed, `result-${fate}`)
    await start(deployed, work)
    if (fate === 'done' || fate === 'dead-letter') deployed.interceptNext(isComplete, 'before')
    await deployed.drain((message) => (message.chunk === undefined ? 'done' : fate))
    await start(deployed, work)
    if (fate === 'crash') deployed.interceptNext(isComplete, 'before')
    await deployed.drain()
    await start(deployed, work)
    await deployed.drain()
    expect(isStored(deployed, outputOf(deployed, work))).toBe(true)
  }
}

/** A part that is lost before the parts are joined is written again, by whichever worker joins them. */
async function losingParts(deployed: DeployedWorld): Promise<void> {
  for (const fate of ['done', 'crash', 'crash-dead-letter'] as const) {
    const work = closed(deployed, `parts-${fate}`)
    await start(deployed, work)
    await deployed.drain((message) => {
      if (message.chunk === undefined) return 'done'
      remove(deployed, labelsKey(work, 0))
      return fate
    })
    await start(deployed, work)
    await deployed.drain()
    expect(isStored(deployed, outputOf(deployed, work))).toBe(true)
  }
}

/** A shard that is lost or damaged before its part is written is made again. */
async function losingShards(deployed: DeployedWorld): Promise<void> {
  for (const text of [undefined, '{']) {
    const work = closed(deployed, `shards-${text === undefined ? 'lost' : 'damaged'}`)
    const key = shardKey(work, 0)
    if (text === undefined) remove(deployed, key)
    else deployed.world.stored.set(`s3://${deployed.config.bucket}/${key}`, memoryObject(text))
    await start(deployed, work)
    await deployed.drain()
    expect(isStored(deployed, labelsKey(work, 0))).toBe(true)
  }
}

/** What the workers are worth is lost before the labels are made: it is collected and added up again. */
async function losingSkills(deployed: DeployedWorld): Promise<void> {
  const { world, config } = deployed
  const work = closed(deployed, 'skills-lost', { workersPerObject: 2 })
  await start(deployed, work)
  remove(deployed, skillsKey(work))
  const uri = `s3://${config.bucket}/${shardKey(work, 0)}`
  const { scores: _, ...shard } = JSON.parse(Buffer.from(world.stored.get(uri)!.bytes).toString())
  world.stored.set(uri, memoryObject(JSON.stringify(shard)))
  await deployed.drain()
  expect(isStored(deployed, skillsKey(work))).toBe(true)
  expect(isStored(deployed, outputOf(deployed, work))).toBe(true)
}

/** The batch was deleted while the result was written: each worker removes what is left. */
async function goneMeanwhile(deployed: DeployedWorld): Promise<void> {
  for (const fate of ['done', 'dead-letter'] as const)
    for (const at of ['task', 'chunk'] as const) {
      const work = closed(deployed, `gone-${at}-${fate}`)
      const { key } = startRef({ job: resultJob, subject: work, round: 1 }, deployed)
      await start(deployed, work)
      await deployed.drain((message) => {
        if ((message.chunk === undefined) === (at === 'chunk')) return 'done'
        remove(deployed, workRef(work.job).key)
        remove(deployed, key)
        leave(deployed, `results/${work.job}/manifests/output/output.manifest`)
        leave(deployed, `results/${work.job}/annotations/worker-response/iteration-1/0/2026-01-02_03:04:05.json`)
        return fate
      })
      const names = [...deployed.world.stored.keys()].filter((uri) => uri.includes(`/${work.job}/`))
      expect(names.filter((uri) => !uri.endsWith('/input.manifest'))).toEqual([])
    }
}

/** Batches are deleted whose jobs have ended, and do not know that yet: within the call, and by a worker. */
async function deletingWork(deployed: DeployedWorld): Promise<void> {
  const { call, drain, world, config } = deployed
  await importAll(deployed, 'labeled', { count: 3 })
  for (const [batch, answers] of [
    ['few', 1],
    ['many', 1001],
  ] as const) {
    expect(await call('batches-create', { batch }, batchRequest('labeled'))).toBe(201)
    expect(await call('batches-start-copy', { batch })).toBe(202)
    await drain()
    const job = `work-${batch}`
    expect(await call('labeling-create-job', { job }, jobRequest(batch))).toBe(201)
    const end = {
      status: 'Completed',
      at: world.now.toISOString(),
      counters: { labeled: 0, failed: 0, unlabeled: 1 },
    } as const
    const work = closedWork(world, { job, batch, bucket: config.bucket, end, lines: [{}] })
    for (let line = 0; line < answers; line++)
      world.stored.set(`s3://${config.bucket}/${answersFolder(work, 0, 0)}${line}.json`, memoryObject('{}'))
    endWithOutput(deployed, job, batch)
    expect(await call('batches-delete', { batch }, VALIDATE)).toBe(200)
    expect(await call('batches-delete', { batch })).toBe(answers > 1000 ? 202 : 204)
    await drain()
    expect([...world.stored.keys()].filter((uri) => uri.includes(jobWorkFolder(job)))).toEqual([])
  }
}
