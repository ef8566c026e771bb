import { startImport } from '../../shared/datasets/import/start-import.ts'
import { type DrainOptions, drain } from '../support/broker/drain.ts'
import { retryUntilDone } from '../support/crash/retry.ts'
import { LARGE_IMAGE_LIST, REGISTRATION, type SourceFile, smallDataset } from '../support/fixtures/small-dataset.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'
import { copyWorld } from '../support/world/world.ts'
import { tick } from './copying.ts'

/** An image list that is imported in two parts. */
export const TWO_PARTS: Partial<Record<SourceFile, string>> = { 'images.csv': LARGE_IMAGE_LIST }

/** Returns a world with a dataset registered as `small`. */
export const registeredWorld = async (files: Partial<Record<SourceFile, string>> = {}): Promise<World> =>
  (await smallDataset(files)).world

/** The same, with an image list on a server without range requests: it is one chunk, whatever its size. */
export async function worldWithStream(): Promise<World> {
  const uri = 'https://files.example.org/images.csv'
  const { world } = await smallDataset({}, { ...REGISTRATION, sources: { ...REGISTRATION.sources, images: uri } })
  world.web.set(uri, { bytes: Buffer.from(TWO_PARTS['images.csv'] ?? ''), etag: undefined, ranges: false })
  return world
}

/** Returns a world with the dataset `small` imported. */
export async function importedWorld(): Promise<World> {
  const world = await registeredWorld()
  const ports = memoryPorts({ world })
  await startImport('small', ports)
  await drain(ports)
  world.sent.events.splice(0)
  return copyWorld(world)
}

/** Imports like a caller who wants the dataset: once, and again if that failed. */
export async function importUntilDone(
  ports: MemoryPorts,
  options: DrainOptions = {},
  dataset = 'small',
): Promise<void> {
  const before = jsonAt(ports.world, `data/raw/${dataset}/dataset.json`)?.current?.importId
  for (let turn = 1; turn <= 2; turn++) {
    tick(ports)
    await retryUntilDone(() => startImport(dataset, ports))
    await drain(ports, options)
    if (jsonAt(ports.world, `data/raw/${dataset}/dataset.json`).current?.importId !== before) return
  }
}

/** Lists what is missing for a dataset to be imported. */
export function notImported({ world }: MemoryPorts, dataset = 'small'): string[] {
  const { current, problem } = jsonAt(world, `data/raw/${dataset}/dataset.json`)
  return current?.imageCount === 4 && !problem ? [] : [`the dataset is not imported: ${problem?.detail}`]
}
