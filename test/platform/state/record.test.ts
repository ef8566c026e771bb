import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import type { ObjectStore } from '../../../shared/platform/ports.ts'
import { createState, readState, replaceState } from '../../../shared/platform/state/record.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const Value = z.object({ count: z.int() })

/** A store whose client sends each write again though it had succeeded, and hears of its own object. */
const retrying = (objects: ObjectStore): ObjectStore => ({
  ...objects,
  put: async (key, body, condition) => {
    await objects.put(key, body, condition)
    return objects.put(key, body, condition)
  },
})

describe('a state object', () => {
  it('is read with the version to replace', async () => {
    const ports = memoryPorts()
    expect(await readState(ports.objects, 'key', Value)).toBeUndefined()
    await createState(ports, 'key', { count: 1 })
    const { value, etag } = (await readState(ports.objects, 'key', Value))!
    expect(value).toEqual({ count: 1 })
    expect(await replaceState(ports, 'key', etag, { count: 2 })).toBe(true)
    expect((await readState(ports.objects, 'key', Value))?.value).toEqual({ count: 2 })
  })

  it('that is spoilt is named', async () => {
    const ports = memoryPorts()
    for (const text of ['{"count":', '{"count":"1"}']) {
      await ports.objects.put('key', text)
      await expect(readState(ports.objects, 'key', Value)).rejects.toThrow('key is not what was written there')
    }
  })

  it('is made by one of two, also when both say the same', async () => {
    const ports = memoryPorts()
    const both = [createState(ports, 'key', { count: 1 }), createState(ports, 'key', { count: 1 })]
    expect(await Promise.all(both)).toEqual([true, false])
  })
  it('is replaced by one of two', async () => {
    const ports = memoryPorts()
    await createState(ports, 'key', { count: 1 })
    const { etag } = (await readState(ports.objects, 'key', Value))!
    const both = [replaceState(ports, 'key', etag, { count: 2 }), replaceState(ports, 'key', etag, { count: 2 })]
    expect(await Promise.all(both)).toEqual([true, false])
  })
  it('is known as its own by a writer whose write was sent again and refused', async () => {
    const ports = memoryPorts()
    const again = { ...ports, objects: retrying(ports.objects) }
    expect(await createState(again, 'key', { count: 1 })).toBe(true)
    const { etag } = (await readState(ports.objects, 'key', Value))!
    expect(await replaceState(again, 'key', etag, { count: 2 })).toBe(true)
    expect(await replaceState(again, 'key', etag, { count: 3 })).toBe(false)
    expect((await readState(ports.objects, 'key', Value))?.value).toEqual({ count: 2 })
  })
  it('is not replaced when it is gone', async () => {
    const ports = memoryPorts()
    expect(await replaceState(ports, 'key', '"gone"', { count: 2 })).toBe(false)
    expect(ports.world.stored.size).toBe(0)
  })
})
