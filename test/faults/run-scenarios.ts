import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { cats, petsWorld, sourceOf } from '../support/fixtures/pets.ts'
import { jsonAt, textAt } from '../support/world/bucket-contents.ts'
import { type DrainOptions, drain } from '../support/world/drain.ts'
import { eventsIn } from '../support/world/events.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { TEAM, type World } from '../support/world/world.ts'
import { wrongInBatch } from './batch-invariants.ts'
import { insist, insistOrFind } from './insisting.ts'
import { type Scenario, scenariosWith } from './scenario.ts'

const IMAGES = 2
const JOB = 'system/labeling-jobs/b.json'

/** What the scenarios ask for. */
export const runRequest = (run: string): BatchRequest =>
  BatchRequest.parse({
    dataset: 'pets',
    classNames: ['Cat'],
    examplesPerClass: IMAGES,
    run,
    labelingJob: { workteamArn: TEAM.workteamArn },
  })

/** What is wrong with the batch `b`, with what was told of it, and with the labeling job that it ended with. */
function wrongInRun({ world }: MemoryPorts, before: World): string[] {
  const { requests, jobs } = world.labeling
  const wrong = wrongInBatch(world, 'b', before).filter((what) => !what.includes(JOB))
  if (requests.length > 1) wrong.push('the service has made the job twice')
  if (jobs.size > 0 && jsonAt(world, JOB)?.state !== 'created') wrong.push('the service has a job that nobody knows of')
  const idsOf = new Map<string, Set<string>>()
  for (const { id, type, data } of eventsIn(world)) {
    if (type !== 'batch.selected' && type !== 'manifest.written') continue
    const what = `${type} of ${data.batchId}`
    idsOf.set(what, (idsOf.get(what) ?? new Set()).add(id))
  }
  for (const [what, ids] of idsOf) if (ids.size > 1) wrong.push(`${what} has ${ids.size} ids`)
  return wrong
}

const ofRun = scenariosWith(wrongInRun)

/** Time goes by between two tries: so long that nobody can still be at the first. */
const later = ({ world }: MemoryPorts): void => {
  world.now = new Date(world.now.getTime() + 151_000)
}

/** Asks for it, and lets the workers do it. */
export async function askOnce(run: string, ports: MemoryPorts, options: DrainOptions): Promise<void> {
  const before = (givingUp: boolean): void => {
    options.before?.(givingUp)
    later(ports)
  }
  await insist(() => createBatch('b', runRequest(run), ports))
  await drain(ports, { ...options, before })
}

/** Asks for it as somebody would who wants it done: once, and again where that was given up. */
const askFor =
  (...runs: readonly string[]) =>
  async (ports: MemoryPorts, options: DrainOptions): Promise<void> => {
    for (let turn = 1; turn <= 2; turn++) {
      for (const run of runs) await askOnce(run, ports, options)
      if (runOf(ports)?.state === 'done') return
    }
  }

const runOf = ({ world }: MemoryPorts) => jsonAt(world, 'data/b/batch.json')?.run

/** @param most images that can be copied; one whose copying fails is left out, which stops nothing */
const notRun = (ports: MemoryPorts, most = IMAGES): string[] => {
  const { world } = ports
  const run = runOf(ports)
  const lines = (textAt(world, 'data/b/manifests/input.manifest') ?? '').split('\n').length - 1
  const noted = run?.steps.find(({ step }: { step: string }) => step === 'manifest')?.lines
  const told = new Set(eventsIn(world).map(({ type }) => type))
  const isCopyTold = told.has('batch.incomplete') || (lines === IMAGES && told.has('batch.copied'))
  return [
    ...(run?.state === 'done' ? [] : [`the run is ${JSON.stringify(run)}`]),
    ...(lines === noted && lines <= most && lines >= most - 1 ? [] : [`the manifest has ${lines} lines`]),
    ...(run?.upTo !== 'label' || world.labeling.jobs.has('b') ? [] : ['the service does not have the job']),
    ...(isCopyTold ? [] : ['the end of copying was not told']),
    ...['batch.selected', 'manifest.written'].filter((type) => !told.has(type)).map((type) => `${type} was not told`),
  ]
}

const pets = () => petsWorld(cats(IMAGES))

async function withoutOne(): Promise<World> {
  const world = await pets()
  world.stored.delete(sourceOf(2))
  return world
}

async function chosen(): Promise<World> {
  const world = await pets()
  await createBatch('b', runRequest('select'), memoryPorts({ world }))
  return world
}

export const runningToTheLabels: Scenario = ofRun('running to the labels', pets, askFor('label'), (ports) =>
  notRun(ports),
)

/** Everything that one call does, as far as it is told to. */
export const RUN_SCENARIOS: readonly Scenario[] = [
  runningToTheLabels,
  ofRun('running where an image is missing', withoutOne, askFor('manifest'), (ports) => notRun(ports, IMAGES - 1)),
  ofRun('running further than before', chosen, askFor('copy', 'label'), (ports) =>
    // That was told before.
    notRun(ports).filter((what) => !what.startsWith('batch.selected')),
  ),
]

/** Running as far as that goes, whatever else is done meanwhile; and again, until all is at rest. */
export const runningAnyway: Scenario = ofRun(
  'running',
  pets,
  async (ports, options) => {
    const work = () => askFor('label')(ports, options)
    await insistOrFind(work, 'conflict', 'wrong-state', 'not-found', 'preflight-failed')
  },
  ({ world }) => {
    const { state, run } = jsonAt(world, 'data/b/batch.json') ?? {}
    return !state || run?.state === 'done' ? [] : [`the batch is ${state}, the run ${JSON.stringify(run)}`]
  },
)
