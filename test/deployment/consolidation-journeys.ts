import { expect } from '@jest/globals'
import { consolidateJob, startConsolidation } from '../../shared/labeling/engine/again/consolidate-job.ts'
import { type ConsolidationState, consolidationRef } from '../../shared/labeling/engine/again/consolidation-state.ts'
import { againLabelsKey } from '../../shared/labeling/engine/folders.ts'
import { consolidationOutputKey } from '../../shared/labeling/engine/result/output-keys.ts'
import { type Work, workRef } from '../../shared/labeling/engine/work.ts'
import { startRef } from '../../shared/platform/fan-out/round.ts'
import { createState } from '../../shared/platform/state/record.ts'
import type { Call } from '../support/world/call.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { leave } from './arrange.ts'
import type { DeployedWorld } from './deployed-world.ts'
import type { MessageFate } from './drain-deployed.ts'
import { closed } from './result-journeys.ts'

/** Answers of jobs that have ended become labels again, with other settings. */
export const CONSOLIDATION_JOURNEYS = [making, losingParts, goneMeanwhile]

const isComplete = ({ method }: Call): boolean => method === 'complete'

const CONSOLIDATION: ConsolidationState = {
  name: 'again',
  id: 'again00000000001',
  settings: { minOverlap: 0.4, quorum: 0.5, skills: 'equal', withoutWorkers: [] },
  state: 'running',
  createdAt: '2026-01-02T03:04:05.000Z',
}

/** Begins a consolidation of a closed job, whose output manifest takes several parts of an upload. */
async function begin(deployed: DeployedWorld, job: string): Promise<Work> {
  const work = closed(deployed, job)
  await createState(consolidationRef(work, CONSOLIDATION.name), CONSOLIDATION, memoryPorts(deployed))
  await resume(deployed, work)
  return work
}

const resume = (deployed: DeployedWorld, work: Work): Promise<void> =>
  startConsolidation(work, CONSOLIDATION, memoryPorts(deployed))

const uriOf = ({ config }: DeployedWorld, key: string): string => `s3://${config.bucket}/${key}`

const expectManifest = (deployed: DeployedWorld, work: Work): void =>
  expect(deployed.world.stored.has(uriOf(deployed, consolidationOutputKey(work, 'again', deployed)))).toBe(true)

/** Each worker that can be the last one writes the manifest; an upload that fails is aborted. */
async function making(deployed: DeployedWorld): Promise<void> {
  const fates: readonly MessageFate[] = ['done', 'crash', 'crash-dead-letter']
  for (const fate of fates) {
    const work = await begin(deployed, `again-${fate}`)
    if (fate === 'done') deployed.interceptNext(isComplete, 'before')
    await deployed.drain((message) => (message.chunk === undefined ? 'done' : fate))
    await resume(deployed, work)
    if (fate === 'crash') deployed.interceptNext(isComplete, 'before')
    await deployed.drain()
    await resume(deployed, work)
    await deployed.drain()
    expectManifest(deployed, work)
  }
  const aborted = await begin(deployed, 'again-aborted')
  await deployed.drain((message) => (message.chunk === undefined ? 'done' : 'crash'))
  await resume(deployed, aborted)
  deployed.interceptNext(isComplete, 'before')
  await deployed.drain(() => 'dead-letter')
  await resume(deployed, aborted)
  await deployed.drain()
  expectManifest(deployed, aborted)
  const failing = await begin(deployed, 'again-dead-letter')
  await deployed.drain((message) => (message.chunk === undefined ? 'done' : 'dead-letter'))
  const record = deployed.world.stored.get(uriOf(deployed, consolidationRef(failing, 'again').key))
  expect(JSON.parse(Buffer.from(record?.bytes ?? []).toString())).toMatchObject({ state: 'failed' })
}

/** A part that is lost before the parts are joined is made again, by whichever worker joins them. */
async function losingParts(deployed: DeployedWorld): Promise<void> {
  for (const fate of ['done', 'crash', 'crash-dead-letter'] as const) {
    const work = await begin(deployed, `again-parts-${fate}`)
    await deployed.drain((message) => {
      if (message.chunk === undefined) return 'done'
      deployed.world.stored.delete(uriOf(deployed, againLabelsKey(work, CONSOLIDATION, 0)))
      return fate
    })
    await resume(deployed, work)
    await deployed.drain()
    expectManifest(deployed, work)
  }
}

/** The batch was deleted while labels were made: each worker removes what is left. */
async function goneMeanwhile(deployed: DeployedWorld): Promise<void> {
  for (const fate of ['done', 'dead-letter'] as const)
    for (const at of ['task', 'chunk'] as const) {
      const work = await begin(deployed, `again-gone-${at}-${fate}`)
      const subject = { ...work, ...CONSOLIDATION }
      await deployed.drain((message) => {
        if ((message.chunk === undefined) === (at === 'chunk')) return 'done'
        deployed.world.stored.delete(uriOf(deployed, workRef(work.job).key))
        deployed.world.stored.delete(
          uriOf(deployed, startRef({ job: consolidateJob, subject, round: 1 }, deployed).key),
        )
        leave(deployed, `results/${work.job}/consolidations/again/output.manifest`)
        return fate
      })
      const names = [...deployed.world.stored.keys()].filter((uri) => uri.includes(`/${work.job}/`))
      expect(names.filter((uri) => !uri.endsWith('/input.manifest'))).toEqual([])
    }
}
