import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { cats, petsWorld, sourceOf } from '../support/fixtures/pets.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { type DrainOptions, drain } from '../support/world/drain.ts'
import { eventsIn } from '../support/world/events.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { type Call, memoryObject, type World } from '../support/world/world.ts'
import { wrongInBatch } from './batch-invariants.ts'
import { chosenWorld, copyInsisting, notCopied, requestFor, tick } from './copying.ts'
import { insist, insistOrFind } from './insisting.ts'
import { type Scenario, scenariosWith } from './scenario.ts'
import { withShortLists } from './short-lists.ts'

const IMAGES = 5

/** A scenario about the batch `b`. */
export const ofBatch = scenariosWith((ports, before) => wrongInBatch(ports.world, 'b', before))

const chosen = () => chosenWorld(IMAGES)

/** A batch of which one image was not there when it was copied. */
async function incomplete(): Promise<World> {
  const world = await chosen()
  const image = world.stored.get(sourceOf(2)) ?? memoryObject('')
  world.stored.delete(sourceOf(2))
  const ports = memoryPorts({ world })
  await startCopy('b', ports)
  await drain(ports)
  world.stored.set(sourceOf(2), image)
  return world
}

async function copied(): Promise<World> {
  const world = await chosen()
  await copyInsisting(memoryPorts({ world }))
  return world
}

const choose = (images: number) => async (ports: MemoryPorts, options: DrainOptions) => {
  for (let turn = 1; turn <= 2; turn++) {
    await insist(() => createBatch('b', requestFor(images), ports))
    await drain(ports, options)
    if (jsonAt(ports.world, 'data/b/batch.json')?.state === 'selected') return
  }
}

async function deleteInsisting(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await insistOrFind(() => deleteBatch('b', ports), 'not-found')
  await drain(ports, options)
  // A worker that kept failing leaves it to the caller, who finds it there.
  await insistOrFind(() => deleteBatch('b', ports), 'not-found')
  await drain(ports, options)
}

async function cancelAndCopy(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await insist(() => startCopy('b', ports))
  let messages = 0
  const cancelInTime = async () => {
    messages += 1
    if (messages === 2) await insistOrFind(() => cancelCopy('b', ports), 'wrong-state')
  }
  await drain(ports, { ...options, after: cancelInTime })
  await copyInsisting(ports, options)
}

const notGone = ({ world }: MemoryPorts) => (jsonAt(world, 'data/b/batch.json') ? ['it is still there'] : [])

const notChosen = ({ world }: MemoryPorts) => {
  const { imageCount } = jsonAt(world, 'data/b/batch.json')?.selection ?? {}
  const { batchId } = jsonAt(world, 'data/b/batch.json') ?? {}
  const isTold = eventsIn(world).some(({ type, data }) => type === 'batch.selected' && data.batchId === batchId)
  return [...(imageCount === IMAGES ? [] : [`it has ${imageCount} images`]), ...(isTold ? [] : ['nobody was told'])]
}

const noneLeft = ({ world }: MemoryPorts) => (world.sent.events.length > 0 ? [] : ['nobody was told'])

/** Starts copying, and takes whatever comes of it. */
async function copyOnce(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  tick(ports)
  await insist(() => startCopy('b', ports))
  await drain(ports, options)
}

/** Fails until the message is given up. */
const whenWorked =
  (isFatal: (call: Call) => boolean): NonNullable<Scenario['standing']> =>
  (call, givingUp) =>
    !givingUp && isFatal(call) ? new Error('down') : undefined

/** Everything that is done with a batch. */
export const BATCH_SCENARIOS: readonly Scenario[] = [
  ofBatch('choosing the images within the call', () => petsWorld(cats(IMAGES)), choose(IMAGES), notChosen),
  ofBatch('choosing the images in the background', () => petsWorld(cats(IMAGES)), choose(3000), notChosen),
  ofBatch('copying', chosen, copyInsisting, notCopied),
  ofBatch('copying what a round had left', incomplete, copyInsisting, notCopied),
  ofBatch('cancelling, and copying again', chosen, cancelAndCopy, notCopied),
  ofBatch('deleting within the call', copied, deleteInsisting, notGone),
  ofBatch(
    'deleting in the background',
    copied,
    (ports, options) => deleteInsisting(withShortLists(ports), options),
    notGone,
  ),
  ofBatch(
    'giving up a chunk',
    chosen,
    copyOnce,
    noneLeft,
    whenWorked(({ key, range }) => key.endsWith('images.jsonl') && range?.start === 0),
  ),
  ofBatch(
    'giving up a round',
    chosen,
    copyOnce,
    noneLeft,
    whenWorked(({ key }) => key === 'chunks'),
  ),
]
