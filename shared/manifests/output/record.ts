import { findDuplicateKey } from './duplicates.ts'
import { truncate, UnreadableLineError } from './unreadable-line.ts'

/** A parsed JSON object. Read keys that come from outside with `ownValue` only. */
export type JsonRecord = Readonly<Record<string, unknown>>

/**
 * Parses a line of a manifest as a JSON object. A byte order mark is ignored. Pure.
 * @param watched outer keys that must be unique, as must all keys within their values
 * @throws UnreadableLineError
 */
export function readRecord(text: string, watched: readonly string[]): JsonRecord {
  const json = text.replace(/^\uFEFF/, '')
  if (json.trim() === '') throw new UnreadableLineError('a blank line')
  const record = parseJson(json)
  if (!isRecord(record)) throw new UnreadableLineError(`${describeType(record)}, not an object`)
  const duplicate = findDuplicateKey(json, new Set(watched))
  if (duplicate !== undefined)
    throw new UnreadableLineError(`the key ${truncate(JSON.stringify(duplicate))} occurs twice`)
  return record
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new UnreadableLineError(`not JSON: ${truncate(error instanceof Error ? error.message : String(error))}`)
  }
}

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns the own value of a key, so that `constructor` and `__proto__` are keys like any other. */
export const ownValue = (record: JsonRecord, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : undefined

const describeType = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  return value === null ? 'null' : `a ${typeof value}`
}
