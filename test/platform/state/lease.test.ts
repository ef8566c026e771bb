import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import {
  acquireLease,
  isLeaseActive,
  isSameLease,
  Lease,
  releaseLease,
  updateWithLease,
} from '../../../shared/platform/state/lease.ts'
import { readState } from '../../../shared/platform/state/record.ts'
import { recordType } from '../../../shared/platform/state/record-type.ts'
import { storedObject } from '../../../shared/platform/state/stored-schema.ts'
import { jsonAt } from '../../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const REF = {
  key: 'system/task.json',
  type: recordType('a task', storedObject({ done: z.int(), lease: Lease.optional() })),
}
const MINUTE = 60_000

const later = ({ world }: MemoryPorts, milliseconds: number): void => {
  world.now = new Date(world.now.getTime() + milliseconds)
}

async function acquired(ports = memoryPorts()) {
  const leased = await acquireLease(REF, { done: 0 }, undefined, MINUTE, ports)
  if (!leased) throw new Error('the lease was not acquired')
  return { ports, leased }
}

/** Returns ports on which the lease was taken over by another call after it had expired. */
async function lost() {
  const { ports, leased } = await acquired()
  later(ports, MINUTE)
  const found = await readState(REF, ports)
  if (!found) throw new Error('there is no state')
  const other = await acquireLease(REF, found.value, found, MINUTE, ports)
  return { ports, leased, other }
}

const stored = ({ world }: MemoryPorts) => jsonAt(world, REF.key)

describe('acquireLease', () => {
  it('creates the state with a lease that expires after the given time', async () => {
    const { ports, leased } = await acquired()
    expect(leased).toEqual({ done: 0, lease: { holder: expect.any(String), until: '2026-01-02T03:05:05.000Z' } })
    expect(stored(ports)).toMatchObject(leased)
  })

  it('gives the lease to one of several calls that read the same version', async () => {
    const { ports } = await acquired()
    const found = await readState(REF, ports)
    if (!found) throw new Error('there is no state')
    const calls = await Promise.all([1, 2, 3].map(() => acquireLease(REF, found.value, found, MINUTE, ports)))
    expect(calls.filter((leased) => leased !== undefined)).toHaveLength(1)
    expect(await acquireLease(REF, { done: 0 }, undefined, MINUTE, ports)).toBeUndefined()
  })
})

describe('the holder of a lease', () => {
  it('changes the state, and releases the lease', async () => {
    const { ports, leased } = await acquired()
    expect(await updateWithLease(REF, leased, (state) => ({ ...state, done: 1 }), ports)).toMatchObject({ done: 1 })
    expect(await releaseLease(REF, leased, ports)).toEqual({ done: 1 })
    expect(stored(ports)).not.toHaveProperty('lease')
  })

  it('keeps fields that only a newer version knows', async () => {
    const { ports, leased } = await acquired()
    const lease = { ...leased.lease, host: 'a' }
    await ports.objects.put(REF.key, JSON.stringify({ ...leased, lease, schemaVersion: 3, note: 'n' }))
    await updateWithLease(REF, leased, (state) => ({ ...state, done: 1 }), ports)
    expect(stored(ports)).toMatchObject({ schemaVersion: 3, note: 'n', done: 1, lease })
  })

  it('changes nothing anymore once another call has taken over', async () => {
    const { ports, leased, other } = await lost()
    expect(await updateWithLease(REF, leased, (state) => ({ ...state, done: 1 }), ports)).toEqual(other)
    await releaseLease(REF, leased, ports)
    expect(stored(ports)).toMatchObject({ ...other, done: 0 })
    expect(isSameLease(other?.lease, leased.lease)).toBe(false)
  })

  it('finds no state once it was removed', async () => {
    const { ports, leased } = await acquired()
    await ports.objects.remove([{ key: REF.key }])
    expect(await updateWithLease(REF, leased, (state) => state, ports)).toBeUndefined()
  })
})

describe('isLeaseActive', () => {
  it.each([
    ['just after it was acquired', 0, true],
    ['shortly before it expires', 59.999, true],
    ['at the moment when it expires', 60, false],
    ['after it has expired', 61, false],
    ['by a clock that is a few minutes behind', -300, true],
    ['that was acquired by a clock that was a day ahead', -86_400, false],
  ])('evaluates a lease %s', async (_, seconds, isActive) => {
    const { ports, leased } = await acquired()
    later(ports, seconds * 1000)
    expect(isLeaseActive(leased.lease, ports.now())).toBe(isActive)
  })

  it('is false without a lease', () => {
    expect(isLeaseActive(undefined, memoryPorts().world.now)).toBe(false)
  })
})
