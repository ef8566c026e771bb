import type * as z from 'zod'
import type { ObjectStore, Ports } from './ports.ts'

/** A state object as it was read: what it says, and the version to replace. */
export interface State<Value> {
  readonly value: Value
  readonly etag: string
}

type Writing = Pick<Ports, 'objects' | 'newId'>

/** A state object, or undefined when there is none. @throws ZodError when it is not what `schema` says: a bug */
export async function readState<Schema extends z.ZodType>(
  objects: ObjectStore,
  key: string,
  schema: Schema,
): Promise<State<z.infer<Schema>> | undefined> {
  const stored = await objects.get(key)
  if (!stored) return undefined
  return { value: schema.parse(JSON.parse(Buffer.from(stored.bytes).toString('utf8'))), etag: stored.etag }
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
