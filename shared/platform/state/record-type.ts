import type * as z from 'zod'
import { CorruptStateError } from './corrupt-state.ts'

type Json = Readonly<Record<string, unknown>>

/** Turns a record of one version into one of the next. Pure; must take any record of its version. */
export type Migration = (record: Json) => Json

/** A kind of state object: what it is called, its schema, and how older versions become the current one. */
export interface RecordType<Value> {
  /** For messages: `a batch`. */
  readonly name: string
  readonly schema: z.ZodType<Value>
  /** From version 1 to 2, from 2 to 3 … The version that is written is one more than their number. */
  readonly migrations: readonly Migration[]
}

/**
 * Declares a kind of state object. Its schema is built of {@link storedObject} and {@link storedEnum}, so that what a
 * newer version has added is kept.
 *
 * A new optional field needs no new version. A field that is renamed, removed or made required needs a migration, and
 * a fixture of the version before it in `test/fixtures/state/`.
 */
export const recordType = <Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  migrations: readonly Migration[] = [],
): RecordType<z.infer<Schema>> => ({ name, schema: schema as z.ZodType<z.infer<Schema>>, migrations })

/** The version that this code writes. Objects without `schemaVersion` are of version 1, which had no such field. Pure. */
export const currentVersion = ({ migrations }: RecordType<unknown>): number => migrations.length + 1

/**
 * Parses a state object. Older versions are migrated; fields and names that only a newer version knows are kept.
 * @throws CorruptStateError when it is no JSON object, or does not match the schema
 */
export function decodeRecord<Value>(
  { key, type }: { readonly key: string; readonly type: RecordType<Value> },
  { bytes, etag }: { readonly bytes: Uint8Array; readonly etag: string },
): Value {
  const corrupt = (reason: string): CorruptStateError => new CorruptStateError(key, etag, `${type.name}: ${reason}`)
  const record = parseJson(bytes)
  if (!isJsonObject(record)) throw corrupt(bytes.length === 0 ? 'it is empty' : 'it is no JSON object')
  const { nonce: _, schemaVersion = 1, ...fields } = record
  if (!isVersion(schemaVersion)) throw corrupt('schemaVersion is no positive integer')
  const migrated = type.migrations.slice(schemaVersion - 1).reduce((older, migrate) => migrate(older), fields as Json)
  const isNewer = schemaVersion > currentVersion(type)
  const { success, data, error } = type.schema.safeParse(isNewer ? { ...migrated, schemaVersion } : migrated)
  if (success) return data
  const [issue] = error.issues
  // Only the field: its value may be a secret, and so may the keys within it, such as those of tags.
  const [field] = issue?.path ?? []
  throw corrupt(field === undefined ? 'it is another object' : `its field ${String(field)} is missing or invalid`)
}

/**
 * Returns the text of a state object. What was read of a newer version keeps that version. Pure.
 * @param nonce identifies this write
 */
export const encodeRecord = <Value extends object>(type: RecordType<Value>, value: Value, nonce: string): string =>
  `${JSON.stringify({ schemaVersion: currentVersion(type), ...value, nonce }, null, 1)}\n`

/** Returns the nonce of the write that stored these bytes; `undefined` for anything else. Pure. */
export function readNonce(bytes: Uint8Array): string | undefined {
  const record = parseJson(bytes)
  return isJsonObject(record) && typeof record.nonce === 'string' ? record.nonce : undefined
}

const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isVersion = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1

/** Returns `undefined` for what is not JSON: the parser's own error would quote the text, which may hold secrets. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}
