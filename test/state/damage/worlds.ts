import { createBatch } from '../../../shared/batches/create.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { recordStateChange } from '../../../shared/labeling/jobs/job-changed.ts'
import { setToken } from '../../../shared/platform/tokens/create.ts'
import { shrinkChunks } from '../../faults/copying.ts'
import { EVENT_QUEUES, returnMessages, takeMessages, WORK_QUEUES } from '../../support/broker/queues.ts'
import { workersOn } from '../../support/broker/workers.ts'
import { busyWorld, copyBusyWorld, idleWorld } from '../../support/fixtures/every-record.ts'
import { changeServiceJob, create, end, stateChange } from '../../support/fixtures/labeling-jobs.ts'
import { jpegFile } from '../../support/fixtures/picture-files.ts'
import { SimulatedCrash } from '../../support/world/call.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { memoryPorts } from '../../support/world/ports.ts'
import type { World } from '../../support/world/world.ts'

/** The request of every batch in these worlds. */
export const SELECTION = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3 }

/** Returns a world with an object of every kind, in which nothing is under way. */
export async function settledWorld(): Promise<World> {
  const world = await idleWorld()
  await settle(world)
  return world
}

/**
 * Returns a world in which work of every kind has begun: that of {@link busyWorld}, the batch `halves`, which is copied
 * in two chunks, and the labeling job `cats-2`, whose end the service has not told yet.
 */
export async function workingWorld(): Promise<World> {
  const world = await busyWorld()
  const ports = memoryPorts({ world })
  await settle(world)
  await createBatch('halves', BatchRequest.parse(SELECTION), ports)
  shrinkChunks(world, 'halves')
  await startCopy('halves', ports)
  await create(ports, 'cats-2')
  end(ports, 'cats-2', 'Completed', ['labeled', 'empty', 'expired'])
  world.web.set('https://pictures.groundwork.dev/later.jpg', {
    bytes: jpegFile(20, 10),
    etag: undefined,
    ranges: false,
  })
  return world
}

/** Ends the labeling job of the batch `run`, and adds a token that no call uses. */
async function settle(world: World): Promise<void> {
  const ports = memoryPorts({ world })
  changeServiceJob(ports, 'run', { status: 'Stopped' })
  await recordStateChange(stateChange('run', 'Stopped'), ports)
  await setToken('spare', 'spare', 'read', ports)
}

const WRITES = ['put', 'complete', 'copy']

/**
 * Runs the workers until one has written an object that is wanted, and crashes right then: its message is delivered
 * again.
 * @returns the key of the object; `undefined` if no worker writes such an object
 */
export async function crashAfterWriting(world: World, isWanted: (key: string) => boolean): Promise<string | undefined> {
  const workers = workersOn(memoryPorts({ world }))
  let written: string | undefined
  world.fault = ({ method, key }) => {
    if (written !== undefined || !WRITES.includes(method) || !isWanted(key)) return undefined
    written = key
    return 'after'
  }
  while (written === undefined) {
    const messages = takeMessages(world, [...WORK_QUEUES, ...EVENT_QUEUES])
    const next = messages.find(({ due }) => due <= world.now.getTime())
    returnMessages(
      world,
      messages.filter((message) => message !== next),
    )
    if (!next) break
    await workers.run(next.message).catch((error: unknown) => {
      if (!(error instanceof SimulatedCrash)) throw error
      returnMessages(world, [next])
    })
  }
  world.fault = () => undefined
  return written
}

let copies = 0

/**
 * Copies a world with its messages. Its imports get other ids, because the functions of a process keep the class files of
 * an import by its id.
 * @returns the copy, and what a key of the world is called there
 */
export function freshCopy(world: World): { readonly world: World; readonly rename: (text: string) => string } {
  const importIds = new Set([...world.stored.keys()].flatMap((uri) => /\/raw\/pets\/(id\d{14})\//.exec(uri)?.[1] ?? []))
  const names = [...importIds].map((importId) => {
    copies += 1
    return [importId, `im${String(copies).padStart(14, '0')}`] as const
  })
  const rename = (text: string): string => names.reduce((renamed, [id, other]) => renamed.replaceAll(id, other), text)
  const copy = copyBusyWorld(world)
  copy.stored.clear()
  for (const [uri, object] of world.stored) {
    const text = Buffer.from(object.bytes).toString('latin1')
    const isRenamed = rename(text) !== text
    const bytes = Buffer.from(rename(text), 'latin1')
    const { contentType, metadata } = object
    copy.stored.set(rename(uri), isRenamed ? memoryObject(bytes, contentType, metadata) : object)
  }
  for (const messages of Object.values(copy.sent))
    messages.splice(0, messages.length, ...JSON.parse(rename(JSON.stringify(messages))))
  return { world: copy, rename }
}
