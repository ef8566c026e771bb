import * as z from 'zod'
import type { Ports } from '../ports.ts'
import { storedObject } from './stored-schema.ts'

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

/** Returns a lease for this call. It must be stored with a conditional write to count. */
export const newLease = (milliseconds: number, { newId, now }: Pick<Ports, 'newId' | 'now'>): Lease => ({
  holder: newId(),
  until: new Date(now().getTime() + milliseconds).toISOString(),
})

/** Whether the lease is held and has not expired. Pure. */
export const isLeaseActive = (lease: Lease | undefined, now: Date): boolean =>
  lease !== undefined && Date.parse(lease.until) > now.getTime()

/** Whether both leases belong to the same call. Pure. */
export const isSameLease = (lease: Lease | undefined, other: Lease): boolean => lease?.holder === other.holder
