import type * as z from 'zod'
import type { ObjectStore, Ports } from '../ports.ts'

/** A state object as it was read: what it says, and the version to replace. */
export interface State<Value> {
  readonly value: Value
  readonly etag: string
}

type Writing = Pick<Ports, 'objects' | 'newId'>

/** What lies under a key is not what was written there: somebody changed it by hand, or we have a bug. */
class CorruptStateError extends Error {
  readonly key: string

  constructor(key: string, cause: unknown) {
    super(`${key} is not what was written there`, { cause })
    this.name = 'SpoiltState'
    this.key = key
  }
}

/** A state object, or undefined when there is none. @throws Error naming the key when it is not what `schema` says */
export async function readState<Schema extends z.ZodType>(
  objects: ObjectStore,
  key: string,
  schema: Schema,
): Promise<State<z.infer<Schema>> | undefined> {
  const stored = await objects.get(key)
  if (!stored) return undefined
  const { success, data, error } = schema.safeParse(jsonIn(stored.bytes))
  if (!success) throw new CorruptStateError(key, error)
  return { value: data, etag: stored.etag }
}

/** Undefined for what is no JSON: the parser's own error would quote it, and it may hold secrets. */
function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

/** Whether there is a state object that cannot be read. */
export async function isCorrupt(reading: Promise<unknown>): Promise<boolean> {
  try {
    await reading
    return false
  } catch (error) {
    if (!(error instanceof CorruptStateError)) throw error
    return true
  }
}

/** What was read, where one that is spoilt must not stop the others: that is undefined, and an error in the log. */
export async function skipCorrupt<Value>(
  reading: Promise<Value>,
  { log }: Pick<Ports, 'log'>,
): Promise<Value | undefined> {
  try {
    return await reading
  } catch (error) {
    if (!(error instanceof CorruptStateError)) throw error
    log.error('state.corrupt', { key: error.key })
    return undefined
  }
}

/** Writes a state object if there is none. True if this call made it: of any number of callers, exactly one. */
export const createState = (ports: Writing, key: string, value: object): Promise<boolean> =>
  writeState(ports, key, value, { absent: true })

/** Replaces the version that was read. True if this call did; false when another version stands there now. */
export const replaceState = (ports: Writing, key: string, etag: string, value: object): Promise<boolean> =>
  writeState(ports, key, value, { etag })

/**
 * The S3 client may send a write again that had succeeded, and then be told that its condition fails.
 * Each write therefore carries a nonce; who is refused reads back whether what stands there is their own.
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
  const standing = await objects.get(key)
  if (!standing) return false
  const found: unknown = JSON.parse(Buffer.from(standing.bytes).toString('utf8'))
  return typeof found === 'object' && found !== null && 'nonce' in found && found.nonce === nonce
}
