import { createBatch } from '../../shared/batches/create.ts'
import { getBatch } from '../../shared/batches/record/store.ts'
import { toBatchView } from '../../shared/batches/view.ts'
import { BatchRequest, type BatchView } from '../../shared/contracts/batch.ts'
import { type BatchImage, listImages } from '../../shared/copying/list-images.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { drain } from '../support/broker/drain.ts'
import { cats, petsWorld } from '../support/fixtures/pets.ts'
import type { Call } from '../support/world/call.ts'
import { eventsIn } from '../support/world/events.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

/** Returns a request for so many images of cats. */
export const catRequest = (images: number): BatchRequest =>
  BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: images })

/** Returns ports over a world with a batch `b` whose so many images are chosen and not copied. */
export async function selectedBatch(images: number): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(cats(images)) })
  await createBatch('b', catRequest(images), ports)
  ports.world.calls.splice(0)
  return ports
}

/** Starts copying the batch `b`, and lets the workers finish it. */
export async function completeCopy(ports: MemoryPorts): Promise<void> {
  await startCopy('b', ports)
  await drain(ports)
}

/** Lists the images of the batch `b`. */
export const readImages = async (ports: MemoryPorts): Promise<readonly BatchImage[]> =>
  (await listImages('b', { limit: 1000 }, ports)).items

/** Reads the status of the batch `b`. */
export const readStatus = async (ports: MemoryPorts): Promise<BatchView['state']> =>
  (await toBatchView('b', (await getBatch('b', ports)).value, ports)).state

/** Returns the events that copying published. */
export const copyEvents = (world: World) => eventsIn(world).filter(({ type }) => type !== 'batch.selected')

/** Returns the calls of a port's method so far. */
export const callsTo = (world: World, method: string): Call[] => world.calls.filter((call) => call.method === method)

/** Returns an `after` hook for `drain` that runs `act` once so many messages are done. */
export function afterMessages(count: number, act: () => Promise<void>): () => Promise<void> {
  let done = 0
  return async () => {
    done += 1
    if (done === count) await act()
  }
}
