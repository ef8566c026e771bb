import type { Ports } from '../ports.ts'
import { createState, type RecordRef, readState, replaceState, type State } from './record.ts'
import { CONFLICT, retryOnConflict } from './retry-on-conflict.ts'

/** A state object to change. */
export interface StateRef<Value> extends RecordRef<Value> {
  /** What an object that does not exist yet counts as; it is then created instead of replaced. */
  readonly initial?: Value | undefined
  /** The state as this call read or wrote it before: the first attempt need not read it. */
  readonly known?: State<Value> | undefined
}

/** In place of the ETag of an initial value that was not written. No object has an empty ETag. */
const NOT_WRITTEN = ''

/**
 * Replaces a state object if nobody changed it since it was read (compare-and-swap).
 *
 * `change` may run several times: on a conflict the object is read again and `change` is applied to the new value, with
 * exponential backoff. It returns `undefined` to leave the object as it is.
 *
 * @returns the state as it is now; `undefined` when the object does not exist and has no `initial` value. An
 *   `initial` value that was not written has an empty ETag: do not pass it as `known`
 * @throws CorruptStateError when the stored object is not what its type says
 * @throws ContentionError after too many conflicts
 * @example
 * await updateState({ key, type: BATCH }, (batch) => ({ ...batch, state: 'deleting' }), ports)
 */
export function updateState<Value extends object>(
  ref: StateRef<Value>,
  change: (value: Value) => Value | undefined,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<State<Value> | undefined> {
  let { known } = ref
  return retryOnConflict(ref.key, async () => {
    const found = known ?? (await readState(ref, ports))
    known = undefined
    const current = found?.value ?? ref.initial
    if (!current) return undefined
    const next = change(current)
    if (!next) return found ?? { value: current, etag: NOT_WRITTEN }
    const written = await (found ? replaceState(ref, found, next, ports) : createState(ref, next, ports))
    return written ?? CONFLICT
  })
}
