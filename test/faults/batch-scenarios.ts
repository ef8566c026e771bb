import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { type DrainOptions, drain } from '../support/broker/drain.ts'
import { retryUntilDone, retryUntilDoneOr } from '../support/crash/retry.ts'
import { type Scenario, scenariosWith } from '../support/crash/scenario.ts'
import { cats, petsWorld, toSourceUri } from '../support/fixtures/pets.ts'
import { isImageList, jsonAt } from '../support/world/bucket-contents.ts'
import type { Call } from '../support/world/call.ts'
import { eventsIn } from '../support/world/events.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'
import { wrongInBatch } from './batch-invariants.ts'
import { batchRequest, copyUntilDone, notCopied, selectedWorld, tick } from './copying.ts'
import { withShortLists } from './short-lists.ts'

const IMAGES = 5

/** A scenario about the batch `b`. */
export const batchScenario = scenariosWith((ports, before) => wrongInBatch(ports.world, 'b', before))

const selected = () => selectedWorld(IMAGES)

/** A batch with one image that was missing when it was copied. */
async function incompleteWorld(): Promise<World> {
  const world = await selected()
  const image = world.stored.get(toSourceUri(2)) ?? memoryObject('')
  world.stored.delete(toSourceUri(2))
  const ports = memoryPorts({ world })
  await startCopy('b', ports)
  await drain(ports)
  world.stored.set(toSourceUri(2), image)
  return world
}

async function copiedWorld(): Promise<World> {
  const world = await selected()
  await copyUntilDone(memoryPorts({ world }))
  return world
}

const selectImages = (images: number) => async (ports: MemoryPorts, options: DrainOptions) => {
  for (let turn = 1; turn <= 2; turn++) {
    await retryUntilDone(() => createBatch('b', batchRequest(images), ports))
    await drain(ports, options)
    if (jsonAt(ports.world, 'data/b/batch.json')?.state === 'selected') return
  }
}

async function deleteUntilGone(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await retryUntilDoneOr(() => deleteBatch('b', ports), 'not-found')
  await drain(ports, options)
  // When the task went to the dead-letter queue, the caller still finds the batch and deletes it again.
  await retryUntilDoneOr(() => deleteBatch('b', ports), 'not-found')
  await drain(ports, options)
}

async function cancelAndCopy(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await retryUntilDone(() => startCopy('b', ports))
  let messages = 0
  const cancelInTime = async () => {
    messages += 1
    if (messages === 2) await retryUntilDoneOr(() => cancelCopy('b', ports), 'wrong-state')
  }
  await drain(ports, { ...options, after: cancelInTime })
  await copyUntilDone(ports, options)
}

const notGone = ({ world }: MemoryPorts) => (jsonAt(world, 'data/b/batch.json') ? ['the batch still exists'] : [])

const notSelected = ({ world }: MemoryPorts) => {
  const { imageCount } = jsonAt(world, 'data/b/batch.json')?.selection ?? {}
  const { batchId } = jsonAt(world, 'data/b/batch.json') ?? {}
  const isPublished = eventsIn(world).some(({ type, data }) => type === 'batch.selected' && data.batchId === batchId)
  return [
    ...(imageCount === IMAGES ? [] : [`the batch has ${imageCount} images`]),
    ...(isPublished ? [] : ['no event was published']),
  ]
}

const noEvent = ({ world }: MemoryPorts) => (world.sent.events.length > 0 ? [] : ['no event was published'])

/** Starts one copy, whatever its outcome. */
async function copyOnce(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  tick(ports)
  await retryUntilDone(() => startCopy('b', ports))
  await drain(ports, options)
}

/** Fails calls of workers, so that their messages go to the dead-letter queue. */
const failWorkers =
  (isFatal: (call: Call) => boolean): NonNullable<Scenario['persistentFault']> =>
  (call, isDeadLetter) =>
    !isDeadLetter && isFatal(call) ? new Error('down') : undefined

/** Everything that can be done with a batch. */
export const BATCH_SCENARIOS: readonly Scenario[] = [
  batchScenario('selecting images within the call', () => petsWorld(cats(IMAGES)), selectImages(IMAGES), notSelected),
  batchScenario('selecting images in the background', () => petsWorld(cats(IMAGES)), selectImages(3000), notSelected),
  batchScenario('copying', selected, copyUntilDone, notCopied),
  batchScenario('copying what a round left', incompleteWorld, copyUntilDone, notCopied),
  batchScenario('cancelling a copy and copying again', selected, cancelAndCopy, notCopied),
  batchScenario('deleting a batch within the call', copiedWorld, deleteUntilGone, notGone),
  batchScenario(
    'deleting a batch in the background',
    copiedWorld,
    (ports, options) => deleteUntilGone(withShortLists(ports), options),
    notGone,
  ),
  batchScenario(
    'dead-lettering a chunk',
    selected,
    copyOnce,
    noEvent,
    failWorkers(({ key, range }) => isImageList(key) && range?.start === 0),
  ),
  batchScenario(
    'dead-lettering a round',
    selected,
    copyOnce,
    noEvent,
    failWorkers(({ key }) => key === 'chunks'),
  ),
]
