import { startImport } from '../../shared/datasets/import/start-import.ts'
import { sameWorld } from '../support/fixtures/pets.ts'
import { LARGE_IMAGE_LIST, REGISTRATION, type SourceFile, smallDataset } from '../support/fixtures/small-dataset.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { type DrainOptions, drain } from '../support/world/drain.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'
import { tick } from './copying.ts'
import { insist } from './insisting.ts'

/** An image list in two parts. */
export const TWO_PARTS: Partial<Record<SourceFile, string>> = { 'images.csv': LARGE_IMAGE_LIST }

/** A world with a dataset that is registered as `small`. */
export const registeredWorld = async (files: Partial<Record<SourceFile, string>> = {}): Promise<World> =>
  (await smallDataset(files)).world

/** The same, with an image list on a server that knows no ranges: one chunk, however long it is. */
export async function worldWithStream(): Promise<World> {
  const uri = 'https://files.example.org/images.csv'
  const { world } = await smallDataset({}, { ...REGISTRATION, sources: { ...REGISTRATION.sources, images: uri } })
  world.web.set(uri, { bytes: Buffer.from(TWO_PARTS['images.csv'] ?? ''), etag: undefined, ranges: false })
  return world
}

/** The same, imported. */
export async function importedWorld(): Promise<World> {
  const world = await registeredWorld()
  const ports = memoryPorts({ world })
  await startImport('small', ports)
  await drain(ports)
  world.sent.events.splice(0)
  return sameWorld(world)
}

/** Imports as somebody would who wants it imported: once, and once more if that failed. */
export async function importInsisting(
  ports: MemoryPorts,
  options: DrainOptions = {},
  dataset = 'small',
): Promise<void> {
  const before = jsonAt(ports.world, `data/raw/${dataset}/dataset.json`)?.current?.importId
  for (let turn = 1; turn <= 2; turn++) {
    tick(ports)
    await insist(() => startImport(dataset, ports))
    await drain(ports, options)
    if (jsonAt(ports.world, `data/raw/${dataset}/dataset.json`).current?.importId !== before) return
  }
}

/** What keeps a dataset from being read, after an import. */
export function notImported({ world }: MemoryPorts, dataset = 'small'): string[] {
  const { current, problem } = jsonAt(world, `data/raw/${dataset}/dataset.json`)
  return current?.imageCount === 4 && !problem ? [] : [`the dataset is not there: ${problem?.detail}`]
}
