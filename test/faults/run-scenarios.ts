import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { type DrainOptions, drain } from '../support/broker/drain.ts'
import { retryUntilDone, retryUntilDoneOr } from '../support/crash/retry.ts'
import { type Scenario, scenariosWith } from '../support/crash/scenario.ts'
import { cats, petsWorld, toSourceUri } from '../support/fixtures/pets.ts'
import { jsonAt, textAt } from '../support/world/bucket-contents.ts'
import { eventsIn } from '../support/world/events.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { TEAM, type World } from '../support/world/world.ts'
import { wrongInBatch } from './batch-invariants.ts'

const IMAGES = 2
const JOB = 'system/labeling-jobs/b.json'

/** Returns the request for a run to this step. */
export const runRequest = (run: string): BatchRequest =>
  BatchRequest.parse({
    dataset: 'pets',
    classNames: ['Cat'],
    examplesPerClass: IMAGES,
    run,
    labelingJob: { workteamArn: TEAM.workteamArn },
  })

/** Lists violations in the batch `b`, its events, and its labeling job. */
function wrongInRun({ world }: MemoryPorts, before: World): string[] {
  const { requests, jobs } = world.labeling
  const wrong = wrongInBatch(world, 'b', before).filter((what) => !what.includes(JOB))
  if (requests.length > 1) wrong.push('the service was asked for the job twice')
  if (jobs.size > 0 && jsonAt(world, JOB)?.state !== 'created') wrong.push('the service has a job that is not recorded')
  const idsByEvent = new Map<string, Set<string>>()
  for (const { id, type, data } of eventsIn(world)) {
    if (type !== 'batch.selected' && type !== 'manifest.written') continue
    const what = `${type} of ${data.batchId}`
    idsByEvent.set(what, (idsByEvent.get(what) ?? new Set()).add(id))
  }
  for (const [what, ids] of idsByEvent) if (ids.size > 1) wrong.push(`${what} has ${ids.size} ids`)
  return wrong
}

const runScenario = scenariosWith(wrongInRun)

/** Advances the clock past the lease of an earlier attempt. */
const expireLease = ({ world }: MemoryPorts): void => {
  world.now = new Date(world.now.getTime() + 151_000)
}

/** Requests a run to this step, and lets the workers do it. */
export async function requestRun(run: string, ports: MemoryPorts, options: DrainOptions): Promise<void> {
  const before = (isDeadLetter: boolean): void => {
    options.before?.(isDeadLetter)
    expireLease(ports)
  }
  await retryUntilDone(() => createBatch('b', runRequest(run), ports))
  await drain(ports, { ...options, before })
}

/** Requests runs like a caller who wants them done: once, and again if that failed. */
const runUntilDone =
  (...runs: readonly string[]) =>
  async (ports: MemoryPorts, options: DrainOptions): Promise<void> => {
    for (let turn = 1; turn <= 2; turn++) {
      for (const run of runs) await requestRun(run, ports, options)
      if (readRun(ports)?.state === 'done') return
    }
  }

const readRun = ({ world }: MemoryPorts) => jsonAt(world, 'data/b/batch.json')?.run

/**
 * Lists what is missing for the run to be done. An image whose copy fails is left out and does not fail the run.
 * @param copyable how many images can be copied
 */
const notRun = (ports: MemoryPorts, copyable = IMAGES): string[] => {
  const { world } = ports
  const run = readRun(ports)
  const lines = (textAt(world, 'data/b/manifests/input.manifest') ?? '').split('\n').length - 1
  const recorded = run?.steps.find(({ step }: { step: string }) => step === 'manifest')?.lines
  const published = new Set(eventsIn(world).map(({ type }) => type))
  const isCopyPublished = published.has('batch.incomplete') || (lines === IMAGES && published.has('batch.copied'))
  return [
    ...(run?.state === 'done' ? [] : [`the run is ${JSON.stringify(run)}`]),
    ...(lines === recorded && lines <= copyable && lines >= copyable - 1 ? [] : [`the manifest has ${lines} lines`]),
    ...(run?.upTo !== 'label' || world.labeling.jobs.has('b') ? [] : ['the service does not have the job']),
    ...(isCopyPublished ? [] : ['the outcome of the copy was not published']),
    ...['batch.selected', 'manifest.written']
      .filter((type) => !published.has(type))
      .map((type) => `${type} was not published`),
  ]
}

const petsWithCats = () => petsWorld(cats(IMAGES))

async function worldWithoutOne(): Promise<World> {
  const world = await petsWithCats()
  world.stored.delete(toSourceUri(2))
  return world
}

async function selectedWorld(): Promise<World> {
  const world = await petsWithCats()
  await createBatch('b', runRequest('select'), memoryPorts({ world }))
  return world
}

export const runningToTheLabels: Scenario = runScenario(
  'running to the labels',
  petsWithCats,
  runUntilDone('label'),
  (ports) => notRun(ports),
)

/** Everything that one call can set off. */
export const RUN_SCENARIOS: readonly Scenario[] = [
  runningToTheLabels,
  runScenario('running with a missing image', worldWithoutOne, runUntilDone('manifest'), (ports) =>
    notRun(ports, IMAGES - 1),
  ),
  runScenario('extending a run', selectedWorld, runUntilDone('copy', 'label'), (ports) =>
    // This event was published before.
    notRun(ports).filter((what) => !what.startsWith('batch.selected')),
  ),
]

/** A run that others may stop, delete or outrun, requested again until it ends. */
export const runningAnyway: Scenario = runScenario(
  'running',
  petsWithCats,
  async (ports, options) => {
    const work = () => runUntilDone('label')(ports, options)
    await retryUntilDoneOr(work, 'conflict', 'wrong-state', 'not-found', 'preflight-failed')
  },
  ({ world }) => {
    const { state, run } = jsonAt(world, 'data/b/batch.json') ?? {}
    return !state || run?.state === 'done' ? [] : [`the batch is ${state}, the run ${JSON.stringify(run)}`]
  },
)
