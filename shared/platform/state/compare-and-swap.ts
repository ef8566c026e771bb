import type { Ports } from '../ports.ts'
import { createState, type RecordRef, readState, replaceState } from './record.ts'
import { CONFLICT, retryOnConflict } from './retry-on-conflict.ts'

/** A state object to change. */
export interface StateRef<Value> extends RecordRef<Value> {
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
 * @throws CorruptStateError when the stored object is not what its type says
 * @throws ContentionError after too many conflicts
 * @example
 * await updateState({ key, type: BATCH }, (batch) => ({ ...batch, state: 'deleting' }), ports)
 */
export function updateState<Value extends object>(
  ref: StateRef<Value>,
  change: (value: Value) => Value | undefined,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<Value | undefined> {
  return retryOnConflict(ref.key, async () => {
    const found = await readState(ref, ports)
    const current = found?.value ?? ref.initial
    if (!current) return undefined
    const next = change(current)
    if (!next) return current
    const isWritten = await (found ? replaceState(ref, found, next, ports) : createState(ref, next, ports))
    return isWritten ? next : CONFLICT
  })
}
