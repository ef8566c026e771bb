import { deleteBatch } from '../../shared/batches/delete.ts'
import { recordStateChange } from '../../shared/labeling/jobs/job-changed.ts'
import { type DrainOptions, drain } from '../support/broker/drain.ts'
import { retryUntilDone, retryUntilDoneOr } from '../support/crash/retry.ts'
import { type Scenario, scenariosWith } from '../support/crash/scenario.ts'
import { copiedWorld, create, end, stateChange } from '../support/fixtures/labeling-jobs.ts'
import { jsonAt, keysUnder, textAt } from '../support/world/bucket-contents.ts'
import { eventsIn, wrongInEvents } from '../support/world/events.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

const STATE = 'system/labeling-jobs/cats-1.json'
const FILES = ['input.manifest', 'label-categories.json', 'template.liquid.html']
const KINDS = ['labeled', 'empty', 'expired'] as const

/** A scenario about the labeling job `cats-1`. */
const ofJob = scenariosWith((ports) => [...wrongInJob(ports.world), ...wrongInEvents(ports.world)])

/** Returns what is wrong with the job, its entry in the batch, and the jobs of the service. */
function wrongInJob(world: World): string[] {
  const state = jsonAt(world, STATE)
  const { requests, jobs } = world.labeling
  const files = keysUnder(world, 'data/b/manifests/')
  const recorded = (jsonAt(world, 'data/b/batch.json')?.labelingJobs ?? []) as { job: string; status: string }[] // as stored
  const wrong: string[] = []
  if (requests.length > 1) wrong.push('the service has created the job twice')
  if (recorded.length > 1) wrong.push('the batch has the job twice')
  if (!state && jobs.size > 0) wrong.push('the service has a job without a state')
  if (!state && files.length > 0) wrong.push(`${files.join(', ')} are left behind without a job`)
  if (!state && recorded.length > 0) wrong.push('the batch has a job that does not exist')
  if (state?.end && recorded[0]?.status !== state.end.status)
    wrong.push(`the batch has the job as ${recorded[0]?.status}`)
  if (state?.state === 'created' && jobs.size !== 1) wrong.push('the service does not have the job')
  return wrong
}

const copied = (): Promise<World> => copiedWorld()

async function created(): Promise<World> {
  const world = await copied()
  const ports = memoryPorts({ world })
  await create(ports)
  end(ports, 'cats-1', 'Completed', KINDS)
  return world
}

/** A running job whose state was replaced by another object. */
async function damaged(): Promise<World> {
  const world = await copied()
  const ports = memoryPorts({ world })
  await create(ports)
  await ports.objects.put(STATE, '{"hello":"world"}')
  return world
}

/** Moves the clock past the end of any lease. */
const expireLease = ({ world }: MemoryPorts): void => {
  world.now = new Date(world.now.getTime() + 151_000)
}

async function createUntilDone(ports: MemoryPorts): Promise<void> {
  await retryUntilDone(async () => {
    expireLease(ports)
    await create(ports)
  })
}

const notCreated = ({ world }: MemoryPorts): string[] => {
  const lines = (textAt(world, 'data/b/manifests/cats-1/input.manifest') ?? '').split('\n').length - 1
  const [recorded] = jsonAt(world, 'data/b/batch.json')?.labelingJobs ?? []
  return [
    ...(jsonAt(world, STATE)?.state === 'created' ? [] : ['the job is not created']),
    ...(lines === 5 ? [] : [`the manifest of the job has ${lines} lines`]),
    ...FILES.filter((file) => !textAt(world, `data/b/manifests/cats-1/${file}`)).map((file) => `${file} is missing`),
    ...(recorded?.status === 'InProgress' ? [] : [`the batch has the job as ${recorded?.status}`]),
    ...(world.corsRules.length === 1 ? [] : [`there are ${world.corsRules.length} CORS rules`]),
  ]
}

/** Creates a job that the service refuses, apart from other faults. */
async function createRefused(ports: MemoryPorts): Promise<void> {
  ports.world.labeling.refusal = 'no'
  await retryUntilDoneOr(async () => {
    expireLease(ports)
    await create(ports)
  }, 'preflight-failed')
}

const notReleased = ({ world }: MemoryPorts): string[] => (textAt(world, STATE) ? ['the claim is left behind'] : [])

const recordUntilDone = async (ports: MemoryPorts): Promise<void> => {
  await retryUntilDone(() => recordStateChange(stateChange('cats-1', 'Completed'), ports))
  await retryUntilDone(() => recordStateChange(stateChange('cats-1', 'Completed', { id: 'again' }), ports))
}

const notPublished = ({ world }: MemoryPorts): string[] => {
  const { end: ended, pendingEvents } = jsonAt(world, STATE) ?? {}
  const ids = new Set(eventsIn(world).map(({ id }) => id))
  const [recorded] = jsonAt(world, 'data/b/batch.json')?.labelingJobs ?? []
  return [
    ...(ended && !pendingEvents ? [] : ['the event is pending']),
    ...(ended?.output?.lines === KINDS.length ? [] : ['the output is not summarized']),
    ...(ids.size === 1 ? [] : [`${ids.size} different events were published`]),
    ...(recorded?.status === 'Completed' ? [] : [`the batch has the job as ${recorded?.status}`]),
  ]
}

/** Deletes the batch and creates a job on it; one of the two succeeds. */
async function createAndDelete(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await retryUntilDoneOr(() => deleteBatch('b', ports), 'not-found', 'wrong-state')
  expireLease(ports)
  await retryUntilDoneOr(() => create(ports), 'preflight-failed', 'not-found')
  await drain(ports, options)
}

/** Creates the job while other work interferes. */
export const creatingAnyway: Scenario = ofJob(
  'creating a labeling job',
  copied,
  async (ports) => void (await retryUntilDoneOr(() => create(ports), 'preflight-failed', 'not-found', 'conflict')),
  () => [],
)

/** All scenarios of labeling jobs. */
export const LABELING_SCENARIOS: readonly Scenario[] = [
  ofJob('creating a labeling job', copied, createUntilDone, notCreated),
  ofJob('creating a labeling job again whose state is damaged', damaged, createUntilDone, notCreated),
  ofJob('creating a labeling job that is refused', copied, createRefused, notReleased),
  ofJob('creating a labeling job of a batch that goes', copied, createAndDelete, () => []),
  ofJob('publishing the end of a labeling job', created, recordUntilDone, notPublished),
]
