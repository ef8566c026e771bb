import type * as z from 'zod'
import type { Ports } from '../ports.ts'
import type { ObjectStore } from '../storage/ports.ts'
import { parseState } from './corrupt-state.ts'

/** A state object as it was read: its value, and the version that a conditional write replaces. */
export interface State<Value> {
  readonly value: Value
  readonly etag: string
}

type Writing = Pick<Ports, 'objects' | 'newId'>

/**
 * Reads a state object; `undefined` when there is none.
 * @throws CorruptStateError, naming the key, when it does not match `schema`
 */
export async function readState<Schema extends z.ZodType>(
  objects: ObjectStore,
  key: string,
  schema: Schema,
): Promise<State<z.infer<Schema>> | undefined> {
  const stored = await objects.get(key)
  if (!stored) return undefined
  return { value: parseState(key, stored.bytes, schema), etag: stored.etag }
}

/** Creates a state object if there is none. Returns whether this call did: of any number of callers, exactly one does. */
export const createState = (ports: Writing, key: string, value: object): Promise<boolean> =>
  writeState(ports, key, value, { absent: true })

/** Replaces the version that was read. Returns false when another version is there now. */
export const replaceState = (ports: Writing, key: string, etag: string, value: object): Promise<boolean> =>
  writeState(ports, key, value, { etag })

/**
 * Writes a state object on a condition. The S3 client may repeat a write that had succeeded, and then see its own object
 * fail the condition. Each write therefore carries a nonce: a writer that is refused reads the object back and compares.
 */
async function writeState(
  { objects, newId }: Writing,
  key: string,
  value: object,
  condition: { absent: true } | { etag: string },
): Promise<boolean> {
  const nonce = newId()
  const written = await objects.put(key, `${JSON.stringify({ ...value, nonce }, null, 1)}\n`, condition)
  if (written !== undefined) return true
  const current = await objects.get(key)
  if (!current) return false
  const found: unknown = JSON.parse(Buffer.from(current.bytes).toString('utf8'))
  return typeof found === 'object' && found !== null && 'nonce' in found && found.nonce === nonce
}
