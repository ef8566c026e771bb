import { AppError } from '../../contracts/errors.ts'
import { type StoredProblem, toStoredProblem } from '../../contracts/stored-problem.ts'
import type { Ports } from '../ports.ts'

/**
 * A stored object is not what the record of it says: damaged, replaced by something else, or gone. Retrying does not
 * help; what is told names the key, as docs/reliability.md says how to repair each kind of object.
 */
export class CorruptStateError extends AppError {
  readonly key: string
  /** The version that was read; `undefined` when the object does not exist. */
  readonly etag: string | undefined

  /** @param reason what is wrong with it, without any of its content, which may be secret */
  constructor(key: string, etag: string | undefined, reason: string) {
    super('corrupt-state', `The stored object ${key} is damaged or missing (${reason}).`)
    this.name = 'CorruptStateError'
    this.key = key
    this.etag = etag
  }
}

/** Returns what was read, or the error that says that it is corrupt, for callers that go on with either. */
export async function readOrCorrupt<Value>(reading: Promise<Value>): Promise<Value | CorruptStateError> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof CorruptStateError) return error
    throw error
  }
}

/** Returns what was read, or logs `state.corrupt` and returns `undefined`: one corrupt object must not stop the others. */
export async function skipCorrupt<Value>(
  reading: Promise<Value>,
  { log }: Pick<Ports, 'log'>,
): Promise<Value | undefined> {
  const found = await readOrCorrupt(reading)
  if (!(found instanceof CorruptStateError)) return found
  log.error('state.corrupt', { key: found.key })
  return undefined
}

/** What a list shows in place of an object that cannot be read. */
export interface Unreadable {
  readonly state: 'unreadable'
  readonly problem: StoredProblem
}

/** Returns the item of a list, or what it shows in its place when the object is corrupt. */
export async function readOrUnreadable<Item>(reading: Promise<Item>): Promise<Item | Unreadable> {
  const found = await readOrCorrupt(reading)
  return found instanceof CorruptStateError ? { state: 'unreadable', problem: toStoredProblem(found) } : found
}
