import { WorkerRequest } from '../../shared/contracts/worker.ts'
import { createWorker } from '../../shared/labeling/workers/create.ts'
import { hashSecret } from '../../shared/labeling/workers/link.ts'
import { openSession } from '../../shared/labeling/workers/open-session.ts'
import { removeWorker } from '../../shared/labeling/workers/remove.ts'
import { rotateLink } from '../../shared/labeling/workers/rotate-link.ts'
import { retryUntilDone, retryUntilDoneOr } from '../support/crash/retry.ts'
import { type Scenario, scenariosWith } from '../support/crash/scenario.ts'
import { enter, hire } from '../support/fixtures/workers.ts'
import { jsonAt, keysUnder } from '../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { emptyWorld, type World } from '../support/world/world.ts'

const RECORD = 'system/labeling-workers/ann.json'
const SEATS = 2
const BROWSERS = ['first-browser-00', 'other-browser-00'] as const

/** What callers were told, by the world in which they were. */
const told = new WeakMap<World, Map<string, number>>()

const linksIn = (world: World): string[] =>
  keysUnder(world, 'system/labeling-links/').map((name) => name.replace('.json', ''))
const recordIn = (world: World) => (keysUnder(world, RECORD).length > 0 ? jsonAt(world, RECORD) : undefined)

/** Lists what must never be: a worker whose link opens nothing, seats that two browsers have, more seats than there are. */
const workerScenario = scenariosWith(({ world }) => {
  const record = recordIn(world)
  if (!record) return []
  const taken: string[] = record.taken.map(({ sha256 }: { sha256: string }) => sha256)
  const seats = [...(told.get(world)?.values() ?? [])]
  return [
    ...(linksIn(world).includes(record.link.sha256) ? [] : ['the link of the worker was not stored']),
    ...(new Set(taken).size === taken.length && taken.length <= SEATS ? [] : [`the seats are wrong: ${taken}`]),
    ...(new Set(seats).size === seats.length ? [] : [`two browsers have one seat: ${seats}`]),
  ]
})

/** Opens the link in each browser, twice, and notes which seat it was told. */
async function openInBrowsers(ports: MemoryPorts, secret: string): Promise<void> {
  const seats = told.get(ports.world) ?? new Map<string, number>()
  told.set(ports.world, seats)
  for (const seat of [...BROWSERS, ...BROWSERS]) {
    const session = await retryUntilDone(() => openSession({ secret, seat }, ports))
    const before = seats.get(seat)
    if (before !== undefined && before !== session.seat) throw new Error(`${seat} had seat ${before} and another now`)
    seats.set(seat, session.seat)
  }
}

const link = async (ports: MemoryPorts): Promise<string> => (await retryUntilDone(() => rotateLink('ann', ports))).link

/** Creates the worker, and gets another link when the answer with the first one was lost. */
async function create(ports: MemoryPorts): Promise<void> {
  const request = WorkerRequest.parse({ seats: SEATS })
  const result = await retryUntilDone(() => createWorker('ann', request, { validateOnly: false }, ports))
  await openInBrowsers(ports, secretOf('created' in result ? result.created.link : await link(ports)))
}

const secretOf = (text: string): string => text.replace(/^.*#/, '')

async function rotate(ports: MemoryPorts): Promise<void> {
  await openInBrowsers(ports, secretOf(await link(ports)))
}

const hired = async (): Promise<World> => {
  const ports = memoryPorts({ world: emptyWorld() })
  await enter(ports, await hire(ports, 'ann', { seats: SEATS }), BROWSERS[0])
  return ports.world
}

const notOpened = ({ world }: MemoryPorts): string[] =>
  recordIn(world)?.taken.length === SEATS ? [] : ['not every browser has a seat']

/** The worker is gone, and with it the link that its record named. */
const notRemoved = ({ world }: MemoryPorts): string[] => [
  ...(recordIn(world) ? ['the worker is still there'] : []),
  ...linksIn(world).map((sha256) => `the link ${sha256} is still there`),
]

/** Everything that can happen to workers and their links. */
export const WORKER_SCENARIOS: readonly Scenario[] = [
  workerScenario('creating a worker', async () => emptyWorld(), create, notOpened),
  workerScenario('replacing the link of a worker', hired, rotate, notOpened),
  workerScenario(
    'removing a worker',
    hired,
    async (ports) => void (await retryUntilDoneOr(() => removeWorker('ann', ports), 'not-found')),
    notRemoved,
  ),
]

/** Whether the secret of a link opens it, by what is stored. */
export const opens = (world: World, secret: string): boolean =>
  recordIn(world)?.link.sha256 === hashSecret(secret) && linksIn(world).includes(hashSecret(secret))
