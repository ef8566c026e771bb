import { findDuplicateKey } from './duplicates.ts'
import { truncate, UnreadableLineError } from './unreadable-line.ts'

/** A JSON object as it was parsed; ask for a key that others chose by `ownValue` only. */
export type JsonRecord = Readonly<Record<string, unknown>>

/**
 * The object that a line of a manifest is. A byte order mark before it is left out.
 * @param watched outer keys that, with all that is in them, must not be given twice
 * @throws UnreadableLine
 */
export function readRecord(text: string, watched: readonly string[]): JsonRecord {
  const json = text.replace(/^\uFEFF/, '')
  if (json.trim() === '') throw new UnreadableLineError('a blank line')
  const record = parsed(json)
  if (!isRecord(record)) throw new UnreadableLineError(`${kindOf(record)}, not an object`)
  const twice = findDuplicateKey(json, new Set(watched))
  if (twice !== undefined) throw new UnreadableLineError(`the key ${truncate(JSON.stringify(twice))} is given twice`)
  return record
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new UnreadableLineError(`not JSON: ${truncate(error instanceof Error ? error.message : String(error))}`)
  }
}

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What the line itself has under a key, whatever the key: `constructor` and `__proto__` are keys as others are. */
export const ownValue = (record: JsonRecord, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : undefined

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  return value === null ? 'null' : `a ${typeof value}`
}
