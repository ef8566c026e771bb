import type * as z from 'zod'
import type { Ports } from '../ports.ts'

/** A state object does not match its schema: somebody changed it by hand, or there is a bug. */
class CorruptStateError extends Error {
  readonly key: string

  constructor(key: string, cause: unknown) {
    super(`${key} does not match its schema`, { cause })
    this.name = 'CorruptStateError'
    this.key = key
  }
}

/** Parses the bytes of a state object. @throws CorruptStateError, naming the key, when they do not match `schema` */
export function parseState<Schema extends z.ZodType>(key: string, bytes: Uint8Array, schema: Schema): z.infer<Schema> {
  const { success, data, error } = schema.safeParse(parseJson(bytes))
  if (!success) throw new CorruptStateError(key, error)
  return data
}

/** Returns `undefined` for what is not JSON: the parser's own error would quote the text, which may hold secrets. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

/** Whether reading finds a corrupt state object. */
export async function isCorrupt(reading: Promise<unknown>): Promise<boolean> {
  try {
    await reading
    return false
  } catch (error) {
    if (!(error instanceof CorruptStateError)) throw error
    return true
  }
}

/** Returns what was read, or logs `state.corrupt` and returns `undefined`: one corrupt object must not hide the others. */
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
