import { startImport } from '../../shared/datasets/import/start-import.ts'
import { drain } from '../support/broker/drain.ts'
import { readDatasetState, type SourceFile, smallDataset } from '../support/fixtures/small-dataset.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

/** What can happen to a stored object: its name, and what is left of the bytes. */
export type Damage = readonly [name: string, damage: (bytes: Uint8Array) => Uint8Array | undefined]

export const DAMAGES: readonly Damage[] = [
  ['deleted', () => undefined],
  ['truncated', (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ['emptied', () => new Uint8Array(0)],
  ['other JSON', () => Buffer.from('{"other":true}')],
]

const FOLDER = 's3://work/data/raw/small/'
let worlds = 0

/** Returns the dataset `small`, registered. Its imports have ids of their own, as functions keep classes by these. */
export async function registered(files: Partial<Record<SourceFile, string>> = {}): Promise<MemoryPorts> {
  const ports = await smallDataset(files)
  worlds += 1
  ports.world.ids = worlds * 10_000
  return ports
}

/** Returns the dataset `small`, imported. */
export async function imported(): Promise<MemoryPorts> {
  const ports = await registered()
  await startImport('small', ports)
  await drain(ports)
  return ports
}

/** Returns the id of the import that is running or current. */
export const findImportId = (ports: MemoryPorts): string => {
  const { importing, current } = readDatasetState(ports)
  return importing?.importId ?? current?.importId ?? ''
}

/** Damages an object of the dataset. Returns false if it does not exist. */
export function damageObject({ world }: MemoryPorts, name: string, [, damage]: Damage): boolean {
  const object = world.stored.get(FOLDER + name)
  if (!object) return false
  const bytes = damage(object.bytes)
  if (bytes) world.stored.set(FOLDER + name, memoryObject(bytes))
  else world.stored.delete(FOLDER + name)
  return true
}

/** Stores an object again, under another ETag, as restoring a copy can do. */
export function restoreObject({ world }: MemoryPorts, name: string, bytes: Uint8Array): void {
  world.stored.set(FOLDER + name, { ...memoryObject(bytes), etag: '"restored"' })
}

/** Returns the bytes of an object of the dataset. */
export const bytesAt = ({ world }: MemoryPorts, name: string): Uint8Array =>
  world.stored.get(FOLDER + name)?.bytes ?? new Uint8Array(0)
