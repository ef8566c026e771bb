import { startCopy } from '../../shared/copying/start-copy.ts'
import { selectedWorld } from '../faults/copying.ts'
import { drain } from '../support/broker/drain.ts'
import { jsonAt, ROOT, textAt } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { copyWorld } from '../support/world/world.ts'

/** What can happen to an object: returns what is there afterwards, `undefined` for nothing. */
export const DAMAGES = {
  deleted: () => undefined,
  'cut at the end of a line': (text) => text.slice(0, text.lastIndexOf('\n', text.length / 2) + 1),
  'cut inside a line': (text) => text.slice(0, Math.floor(text.length * 0.45)),
  emptied: () => '',
  'replaced by other JSON': () => '{"some":"other"}\n',
} as const satisfies Record<string, (text: string) => string | undefined>
export type Damage = keyof typeof DAMAGES
export const DAMAGE_NAMES = Object.keys(DAMAGES) as Damage[]

/** Damages an object, and returns a function that restores it. */
export function damage({ world }: MemoryPorts, key: string, kind: Damage): () => void {
  const before = world.stored.get(ROOT + key)
  const text = textAt(world, key)
  if (!before || text === undefined) throw new Error(`there is no ${key}`)
  const after = DAMAGES[kind](text)
  if (after === undefined) world.stored.delete(ROOT + key)
  else world.stored.set(ROOT + key, memoryObject(after))
  return () => void world.stored.set(ROOT + key, before)
}

/** The batch `b` of five images in chunks of two. */
export type Phase = 'selected' | 'copying' | 'copied'

/** While copying, the message of the last chunk is lost, until POST sends it again. */
export async function batchIn(phase: Phase): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await selectedWorld(5) })
  if (phase === 'selected') return ports
  await startCopy('b', ports)
  await drain(ports, { lost: (message) => phase === 'copying' && 'chunk' in message && message.chunk === 2 })
  return memoryPorts({ world: copyWorld(ports.world) })
}

/** Returns the key of an object of the batch's first round: `1.json`, `1/start.json`, `1/0000.json`. */
export const roundKey = ({ world }: MemoryPorts, name: string): string =>
  `data/b/copies/${jsonAt(world, 'data/b/batch.json').batchId}/${name}`

/** Makes a batch one of version 1, whose list had another name and was not pinned. */
export function unpinList({ world }: MemoryPorts): void {
  const key = 'data/b/batch.json'
  const { schemaVersion: _, ...state } = jsonAt(world, key)
  const { list, ...selection } = state.selection
  const object = world.stored.get(`${ROOT}data/b/${list.name}`)
  if (object) world.stored.set(`${ROOT}data/b/images.jsonl`, object)
  world.stored.delete(`${ROOT}data/b/${list.name}`)
  world.stored.set(ROOT + key, memoryObject(JSON.stringify({ ...state, selection })))
}
