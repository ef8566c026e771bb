import { deleteBatch } from '../../shared/batches/delete.ts'
import { recordStateChange } from '../../shared/labeling/jobs/job-changed.ts'
import { copiedWorld, create, end, stateChange } from '../support/labeling-jobs.ts'
import { jsonAt, keysUnder, textAt } from '../support/world/bucket-contents.ts'
import { type DrainOptions, drain } from '../support/world/drain.ts'
import { eventsIn, wrongInEvents } from '../support/world/events.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'
import { insist, insistOrFind } from './insisting.ts'
import { type Scenario, scenariosWith } from './scenario.ts'

const STATE = 'system/labeling-jobs/cats-1.json'
const FILES = ['input.manifest', 'label-categories.json', 'template.liquid.html']
const KINDS = ['labeled', 'empty', 'expired'] as const

/** A scenario about the labeling job `cats-1`. */
const ofJob = scenariosWith((ports) => [...wrongInJob(ports.world), ...wrongInEvents(ports.world)])

/** What is wrong with the job, its batch, and what the service has of it. */
function wrongInJob(world: World): string[] {
  const state = jsonAt(world, STATE)
  const { requests, jobs } = world.labeling
  const files = keysUnder(world, 'data/b/manifests/')
  const noted = (jsonAt(world, 'data/b/batch.json')?.labelingJobs ?? []) as { job: string; status: string }[] // as stored
  const wrong: string[] = []
  if (requests.length > 1) wrong.push('the service has made it twice')
  if (noted.length > 1) wrong.push('it is noted twice')
  if (!state && jobs.size > 0) wrong.push('the service has a job that nobody knows of')
  if (!state && files.length > 0) wrong.push(`${files.join(', ')} are left of a job that is none`)
  if (!state && noted.length > 0) wrong.push('a job that is none is noted')
  if (state?.end && noted[0]?.status !== state.end.status) wrong.push(`it is noted as ${noted[0]?.status}`)
  if (state?.state === 'created' && jobs.size !== 1) wrong.push('the service does not have it')
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

/** Time goes by between two tries: so long that nobody can still be at the first. */
const later = ({ world }: MemoryPorts): void => {
  world.now = new Date(world.now.getTime() + 151_000)
}

async function createInsisting(ports: MemoryPorts): Promise<void> {
  await insist(async () => {
    later(ports)
    await create(ports)
  })
}

const notCreated = ({ world }: MemoryPorts): string[] => {
  const lines = (textAt(world, 'data/b/manifests/cats-1/input.manifest') ?? '').split('\n').length - 1
  const [noted] = jsonAt(world, 'data/b/batch.json')?.labelingJobs ?? []
  return [
    ...(jsonAt(world, STATE)?.state === 'created' ? [] : ['it is not created']),
    ...(lines === 5 ? [] : [`its manifest has ${lines} lines`]),
    ...FILES.filter((file) => !textAt(world, `data/b/manifests/cats-1/${file}`)).map((file) => `${file} is not there`),
    ...(noted?.status === 'InProgress' ? [] : [`it is noted as ${noted?.status}`]),
    ...(world.corsRules.length === 1 ? [] : [`there are ${world.corsRules.length} CORS rules`]),
  ]
}

/** Refused by the service, whatever happens besides. */
async function createRefused(ports: MemoryPorts): Promise<void> {
  ports.world.labeling.refusal = 'no'
  await insistOrFind(async () => {
    later(ports)
    await create(ports)
  }, 'preflight-failed')
}

const notReleased = ({ world }: MemoryPorts): string[] => (textAt(world, STATE) ? ['its claim is still there'] : [])

const changeInsisting = async (ports: MemoryPorts): Promise<void> => {
  await insist(() => recordStateChange(stateChange('cats-1', 'Completed'), ports))
  await insist(() => recordStateChange(stateChange('cats-1', 'Completed', { id: 'again' }), ports))
}

const notTold = ({ world }: MemoryPorts): string[] => {
  const { end: ended } = jsonAt(world, STATE) ?? {}
  const ids = new Set(eventsIn(world).map(({ id }) => id))
  const [noted] = jsonAt(world, 'data/b/batch.json')?.labelingJobs ?? []
  return [
    ...(ended?.publishedAt ? [] : ['it is not marked as told']),
    ...(ended?.output?.lines === KINDS.length ? [] : ['its output was not looked at']),
    ...(ids.size === 1 ? [] : [`${ids.size} events tell of it`]),
    ...(noted?.status === 'Completed' ? [] : [`it is noted as ${noted?.status}`]),
  ]
}

/** The batch is deleted while its job is being created; one of them wins. */
async function createAndDelete(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await insistOrFind(() => deleteBatch('b', ports), 'not-found', 'wrong-state')
  later(ports)
  await insistOrFind(() => create(ports), 'preflight-failed', 'not-found')
  await drain(ports, options)
}

/** Creating it, whatever else is done meanwhile. */
export const creatingAnyway: Scenario = ofJob(
  'creating a labeling job',
  copied,
  async (ports) => void (await insistOrFind(() => create(ports), 'preflight-failed', 'not-found', 'conflict')),
  () => [],
)

/** Everything that is done with a labeling job. */
export const LABELING_SCENARIOS: readonly Scenario[] = [
  ofJob('creating a labeling job', copied, createInsisting, notCreated),
  ofJob('creating a labeling job that is refused', copied, createRefused, notReleased),
  ofJob('creating a labeling job of a batch that goes', copied, createAndDelete, () => []),
  ofJob('telling how a labeling job ended', created, changeInsisting, notTold),
]
