import type { Ports } from '../ports.ts'
import { CorruptStateError, readOrCorrupt } from './corrupt-state.ts'
import { decodeRecord, encodeRecord, type RecordType, readNonce } from './record-type.ts'

/** A state object: where it is and what kind it is. */
export interface RecordRef<Value> {
  readonly key: string
  readonly type: RecordType<Value>
  /** Whether a value belongs under this key, for values that name their subject: a copy of another object does not. */
  isOwn?(value: Value): boolean
  /**
   * Fields that name the subject: added to each write, and compared when it is read. A record that older code wrote may
   * lack them.
   */
  readonly subject?: Readonly<Record<string, string>>
}

/** A state object as it was read or written: its value, and the version that a conditional write replaces. */
export interface State<Value> {
  readonly value: Value
  readonly etag: string
}

type Writing = Pick<Ports, 'objects' | 'newId'>

/**
 * Reads a state object; `undefined` when there is none.
 * @throws CorruptStateError, naming the key, when it is not what its type says, or belongs under another key
 */
export async function readState<Value>(
  ref: RecordRef<Value>,
  { objects }: Pick<Ports, 'objects'>,
): Promise<State<Value> | undefined> {
  const stored = await objects.get(ref.key)
  if (!stored) return undefined
  const value = decodeRecord(ref, stored)
  if ((ref.isOwn && !ref.isOwn(value)) || namesAnother(value, ref.subject))
    throw new CorruptStateError(ref.key, stored.etag, `${ref.type.name}: it belongs under another key`)
  return { value, etag: stored.etag }
}

/** Whether a value names another subject than the one under whose key it is. Pure. */
const namesAnother = (value: unknown, subject: Readonly<Record<string, string>> = {}): boolean =>
  Object.entries(value ?? {}).some(([field, name]) => Object.hasOwn(subject, field) && name !== subject[field])

/**
 * Creates a state object if there is none.
 * @returns the state that this call created: of any number of callers, exactly one does; `undefined` for the others
 */
export const createState = <Value extends object>(
  ref: RecordRef<Value>,
  value: Value,
  ports: Writing,
): Promise<State<Value> | undefined> => writeState(ref, value, { absent: true }, ports)

/**
 * Creates a state object that can be made anew from others. One that is there already stays, unless it is corrupt: then
 * it is replaced.
 * @param read reads it, and throws when it is corrupt
 * @returns the state that this call wrote; `undefined` when one is there that stays
 */
export async function createOrRestore<Value extends object>(
  ref: RecordRef<Value>,
  value: Value,
  read: () => Promise<unknown>,
  ports: Writing,
): Promise<State<Value> | undefined> {
  const created = await createState(ref, value, ports)
  if (created) return created
  const found = await readOrCorrupt(read())
  if (!(found instanceof CorruptStateError) || found.etag === undefined) return undefined
  return replaceState(ref, { etag: found.etag }, value, ports)
}

/** Replaces the version that was read, and returns the new one; `undefined` when another version is there now. */
export const replaceState = <Value extends object>(
  ref: RecordRef<Value>,
  { etag }: Pick<State<unknown>, 'etag'>,
  value: Value,
  ports: Writing,
): Promise<State<Value> | undefined> => writeState(ref, value, { etag }, ports)

/**
 * Replaces the version that could not be read, and logs that. Returns `undefined` when another version is there now. For
 * state of which the caller has everything that matters.
 */
export async function replaceCorrupt<Value extends object>(
  ref: RecordRef<Value>,
  { key, etag = '' }: CorruptStateError,
  value: Value,
  ports: Writing & Pick<Ports, 'log'>,
): Promise<State<Value> | undefined> {
  ports.log.error('state.corrupt', { key })
  return await replaceState(ref, { etag }, value, ports)
}

/**
 * Removes the version that was read. Returns false when another version is there now: somebody has changed or recreated
 * it since.
 */
export async function removeState(
  { key }: Pick<RecordRef<unknown>, 'key'>,
  { etag }: Pick<State<unknown>, 'etag'>,
  { objects }: Pick<Ports, 'objects'>,
): Promise<boolean> {
  const kept = await objects.remove([{ key, etag }])
  return kept.length === 0
}

/** Removes a state object in whatever version it is: for one that nobody may need, or that cannot be read. */
export const discardState = async (
  { key }: Pick<RecordRef<unknown>, 'key'>,
  { objects }: Pick<Ports, 'objects'>,
): Promise<void> => {
  await objects.remove([{ key }])
}

/**
 * Writes a state object on a condition. The S3 client may repeat a write that had succeeded, and then see its own object
 * fail the condition. Each write therefore carries a nonce: a writer that is refused reads the object back and compares.
 * @returns the state as written, so that a change that follows need not read it again
 */
async function writeState<Value extends object>(
  { key, type, subject }: RecordRef<Value>,
  value: Value,
  condition: { absent: true } | { etag: string },
  { objects, newId }: Writing,
): Promise<State<Value> | undefined> {
  const nonce = newId()
  const named = { ...value, ...subject }
  const written = await objects.put(key, encodeRecord(type, named, nonce), condition)
  if (written !== undefined) return { value: named, etag: written }
  const current = await objects.get(key)
  return current !== undefined && readNonce(current.bytes) === nonce ? { value: named, etag: current.etag } : undefined
}
