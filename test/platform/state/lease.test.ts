import { describe, expect, it } from '@jest/globals'
import { isLeaseActive, isSameLease, newLease } from '../../../shared/platform/state/lease.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const secondsAfter = (time: Date, seconds: number): Date => new Date(time.getTime() + 1000 * seconds)

describe('newLease', () => {
  it('returns a lease that expires after the given time', () => {
    const ports = memoryPorts()
    expect(newLease(60_000, ports).until).toBe(secondsAfter(ports.world.now, 60).toISOString())
  })

  it('gives every call a lease of its own', () => {
    const ports = memoryPorts()
    const [first, second] = [newLease(60_000, ports), newLease(60_000, ports)]
    expect(isSameLease(first, first)).toBe(true)
    expect(isSameLease(second, first)).toBe(false)
    expect(isSameLease(undefined, first)).toBe(false)
  })
})

describe('isLeaseActive', () => {
  const ports = memoryPorts()
  const lease = newLease(60_000, ports)

  it.each([
    ['just after it was acquired', 0, true],
    ['shortly before it expires', 59.999, true],
    ['at the moment when it expires', 60, false],
    ['after it has expired', 61, false],
  ])('evaluates a lease %s', (_, seconds, isActive) => {
    expect(isLeaseActive(lease, secondsAfter(ports.world.now, seconds))).toBe(isActive)
  })

  it('is false without a lease', () => {
    expect(isLeaseActive(undefined, ports.world.now)).toBe(false)
  })
})
