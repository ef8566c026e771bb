import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { updateState } from '../../../shared/platform/state/compare-and-swap.ts'
import { createState, readState, replaceState } from '../../../shared/platform/state/record.ts'
import { recordType } from '../../../shared/platform/state/record-type.ts'
import { storedObject } from '../../../shared/platform/state/stored-schema.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const KEY = 'system/counter.json'
const COUNTER = { key: KEY, type: recordType('a counter', storedObject({ count: z.int() })) }
const increment = ({ count }: { count: number }) => ({ count: count + 1 })
const readCount = async ({ objects }: MemoryPorts) => (await readState(COUNTER, { objects }))?.value.count

describe('updateState', () => {
  it('replaces the object with what the change returns', async () => {
    const ports = memoryPorts()
    await createState(COUNTER, { count: 1 }, ports)
    expect(await updateState(COUNTER, increment, ports)).toMatchObject({ value: { count: 2 } })
    expect(await readCount(ports)).toBe(2)
  })

  it('writes nothing when the change returns undefined', async () => {
    const ports = memoryPorts()
    await createState(COUNTER, { count: 1 }, ports)
    const writes = () => ports.world.calls.filter(({ method }) => method === 'put').length
    const before = writes()
    expect(await updateState(COUNTER, () => undefined, ports)).toMatchObject({ value: { count: 1 } })
    expect(writes()).toBe(before)
  })

  it('returns undefined for an object that does not exist and has no initial value', async () => {
    expect(await updateState(COUNTER, increment, memoryPorts())).toBeUndefined()
  })

  it('creates an object that does not exist from its initial value', async () => {
    const ports = memoryPorts()
    await updateState({ ...COUNTER, initial: { count: 7 } }, increment, ports)
    expect(await readCount(ports)).toBe(8)
  })

  it('applies the change again to the new value when another writer was first', async () => {
    const ports = memoryPorts()
    await createState(COUNTER, { count: 1 }, ports)
    const seen: number[] = []
    let isFirst = true
    const { put } = ports.objects
    const objects: MemoryPorts['objects'] = {
      ...ports.objects,
      put: async (...args) => {
        if (isFirst) {
          isFirst = false
          const found = await readState(COUNTER, ports)
          await replaceState(COUNTER, { etag: found?.etag ?? '' }, { count: 10 }, ports)
        }
        return put(...args)
      },
    }
    const change = ({ count }: { count: number }) => {
      seen.push(count)
      return { count: count + 1 }
    }
    expect(await updateState(COUNTER, change, { ...ports, objects })).toMatchObject({ value: { count: 11 } })
    expect(seen).toEqual([1, 10])
  })

  it('does not read a known state, and reads it again when it is no longer the stored one', async () => {
    const ports = memoryPorts()
    const known = await createState(COUNTER, { count: 1 }, ports)
    const countReads = () => ports.world.calls.filter(({ method }) => method === 'get').length
    const updated = await updateState({ ...COUNTER, known }, increment, ports)
    expect([updated?.value, countReads()]).toEqual([{ count: 2 }, 0])
    // Known, but replaced since.
    expect(await updateState({ ...COUNTER, known }, increment, ports)).toMatchObject({ value: { count: 3 } })
  })

  it('returns the version that it wrote, for a change that follows', async () => {
    const ports = memoryPorts()
    const known = await createState(COUNTER, { count: 1 }, ports)
    const updated = await updateState({ ...COUNTER, known }, increment, ports)
    expect(updated).toEqual(await readState(COUNTER, ports))
  })

  it('loses no update when twenty writers update the object at once', async () => {
    const ports = memoryPorts()
    await createState(COUNTER, { count: 0 }, ports)
    await Promise.all(Array.from({ length: 20 }, () => updateState(COUNTER, increment, ports)))
    expect(await readCount(ports)).toBe(20)
  })
})
