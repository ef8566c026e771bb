import * as z from 'zod'
import type { Ports } from '../ports.ts'
import { updateState } from './compare-and-swap.ts'
import { createState, type RecordRef, replaceState, type State } from './record.ts'
import { storedObject } from './stored-schema.ts'
import { isAhead } from './time-limit.ts'

/**
 * A time-limited exclusive right to work on something, kept in the state object that it protects. It is a hint that
 * saves work: what keeps two holders apart is the conditional write of that state.
 */
export const Lease = storedObject({
  /** Random id of the call that holds it. */
  holder: z.string(),
  /** When it expires, RFC 3339. */
  until: z.string(),
})
export type Lease = z.infer<typeof Lease>

/** A state that can carry a lease on itself. */
export interface WithLease {
  readonly lease?: Lease | undefined
}

/** A state while this call holds the lease on it. */
export type Leased<Value extends WithLease> = Value & { readonly lease: Lease }

type Writing = Pick<Ports, 'objects' | 'newId'>

const newLease = (milliseconds: number, { newId, now }: Pick<Ports, 'newId' | 'now'>): Lease => ({
  holder: newId(),
  until: new Date(now().getTime() + milliseconds).toISOString(),
})

/** No lease is longer: a function runs at most 15 minutes. */
const LONGEST_MILLISECONDS = 15 * 60_000

/** Whether the lease is held and has not expired. Pure. */
export const isLeaseActive = (lease: Lease | undefined, now: Date): boolean =>
  lease !== undefined && isAhead(Date.parse(lease.until), LONGEST_MILLISECONDS, now)

/** Whether both leases belong to the same call. Pure. */
export const isSameLease = (lease: Lease | undefined, other: Lease): boolean => lease?.holder === other.holder

/**
 * Acquires the lease on a state by writing the state with it. Whether the lease is free, the caller has decided on the
 * version that it read: of several callers that read the same version, one acquires it.
 * @param value what is written
 * @param existing the version to replace; `undefined` to create the state
 * @returns undefined when another call was first
 */
export async function acquireLease<Value extends WithLease>(
  ref: RecordRef<Value>,
  value: Value,
  existing: Pick<State<unknown>, 'etag'> | undefined,
  milliseconds: number,
  ports: Writing & Pick<Ports, 'now'>,
): Promise<Leased<Value> | undefined> {
  const leased: Leased<Value> = { ...value, lease: newLease(milliseconds, ports) }
  const isWritten = await (existing ? replaceState(ref, existing, leased, ports) : createState(ref, leased, ports))
  return isWritten ? leased : undefined
}

/**
 * Changes a state by compare-and-swap, as long as this call holds the lease on it.
 * @returns the state as it is now; `undefined` when it does not exist
 */
export const updateWithLease = async <Value extends WithLease>(
  ref: RecordRef<Value>,
  { lease }: Leased<Value>,
  change: (value: Value) => Value,
  ports: Writing,
): Promise<Value | undefined> => {
  const updated = await updateState(
    ref,
    (value) => (isSameLease(value.lease, lease) ? change(value) : undefined),
    ports,
  )
  return updated?.value
}

/** Releases the lease, so that the next call need not wait until it expires. Does nothing once the lease is lost. */
export const releaseLease = <Value extends WithLease>(
  ref: RecordRef<Value>,
  leased: Leased<Value>,
  ports: Writing,
): Promise<Value | undefined> => updateWithLease(ref, leased, withoutLease, ports)

/** Returns the state without its lease. Pure. */
export function withoutLease<Value extends WithLease>({ lease: _, ...value }: Value): Value {
  // Removing an optional field leaves a Value.
  return value as unknown as Value
}
