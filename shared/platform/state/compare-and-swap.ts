import type * as z from 'zod'
import type { Ports } from '../ports.ts'
import { createState, readState, replaceState } from './record.ts'
import { CONFLICT, retryOnConflict } from './retry-on-conflict.ts'

/** A state object: where it is and what it holds. */
export interface StateRef<Value> {
  readonly key: string
  readonly schema: z.ZodType<Value>
  /** What an object that does not exist yet counts as; it is then created instead of replaced. */
  readonly initial?: Value | undefined
}

/**
 * Replaces a state object if nobody changed it since it was read (compare-and-swap).
 *
 * `change` may run several times: on a conflict the object is read again and `change` is applied to the new value, with
 * exponential backoff. It returns `undefined` to leave the object as it is.
 *
 * @returns the state as it is now; `undefined` when the object does not exist and has no `initial` value
 * @throws CorruptStateError when the stored object does not match `schema`
 * @throws ContentionError after too many conflicts
 * @example
 * await updateState({ key, schema: BatchState }, (batch) => ({ ...batch, state: 'deleting' }), ports)
 */
export function updateState<Value extends object>(
  { key, schema, initial }: StateRef<Value>,
  change: (value: Value) => Value | undefined,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<Value | undefined> {
  return retryOnConflict(key, async () => {
    const found = await readState(ports.objects, key, schema)
    const current = found?.value ?? initial
    if (!current) return undefined
    const next = change(current)
    if (!next) return current
    const isWritten = found ? await replaceState(ports, key, found.etag, next) : await createState(ports, key, next)
    return isWritten ? next : CONFLICT
  })
}
