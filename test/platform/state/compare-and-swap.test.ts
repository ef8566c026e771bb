import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { updateState } from '../../../shared/platform/state/compare-and-swap.ts'
import { createState, readState, replaceState } from '../../../shared/platform/state/record.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const KEY = 'system/counter.json'
const Counter = z.object({ count: z.int() })
const increment = ({ count }: z.infer<typeof Counter>) => ({ count: count + 1 })
const readCount = async ({ objects }: MemoryPorts) => (await readState(objects, KEY, Counter))?.value.count

describe('updateState', () => {
  it('replaces the object with what the change returns', async () => {
    const ports = memoryPorts()
    await createState(ports, KEY, { count: 1 })
    expect(await updateState({ key: KEY, schema: Counter }, increment, ports)).toEqual({ count: 2 })
    expect(await readCount(ports)).toBe(2)
  })

  it('writes nothing when the change returns undefined', async () => {
    const ports = memoryPorts()
    await createState(ports, KEY, { count: 1 })
    const writes = () => ports.world.calls.filter(({ method }) => method === 'put').length
    const before = writes()
    expect(await updateState({ key: KEY, schema: Counter }, () => undefined, ports)).toEqual({ count: 1 })
    expect(writes()).toBe(before)
  })

  it('returns undefined for an object that does not exist and has no initial value', async () => {
    expect(await updateState({ key: KEY, schema: Counter }, increment, memoryPorts())).toBeUndefined()
  })

  it('creates an object that does not exist from its initial value', async () => {
    const ports = memoryPorts()
    await updateState({ key: KEY, schema: Counter, initial: { count: 7 } }, increment, ports)
    expect(await readCount(ports)).toBe(8)
  })

  it('applies the change again to the new value when another writer was first', async () => {
    const ports = memoryPorts()
    await createState(ports, KEY, { count: 1 })
    const seen: number[] = []
    let isFirst = true
    const { put } = ports.objects
    const objects: MemoryPorts['objects'] = {
      ...ports.objects,
      put: async (...args) => {
        if (isFirst) {
          isFirst = false
          const found = await readState(ports.objects, KEY, Counter)
          await replaceState(ports, KEY, found?.etag ?? '', { count: 10 })
        }
        return put(...args)
      },
    }
    const change = ({ count }: { count: number }) => {
      seen.push(count)
      return { count: count + 1 }
    }
    expect(await updateState({ key: KEY, schema: Counter }, change, { ...ports, objects })).toEqual({ count: 11 })
    expect(seen).toEqual([1, 10])
  })

  it('loses no update when twenty writers update the object at once', async () => {
    const ports = memoryPorts()
    await createState(ports, KEY, { count: 0 })
    await Promise.all(Array.from({ length: 20 }, () => updateState({ key: KEY, schema: Counter }, increment, ports)))
    expect(await readCount(ports)).toBe(20)
  })
})
