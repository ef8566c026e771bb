import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { createState, readState, replaceState } from '../../../shared/platform/state/record.ts'
import type { ObjectStore } from '../../../shared/platform/storage/ports.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const Value = z.object({ count: z.int() })

/** A store whose client retries every write although it succeeded, and so is refused because of its own object. */
const withRetriedWrites = (objects: ObjectStore): ObjectStore => ({
  ...objects,
  put: async (key, body, condition) => {
    await objects.put(key, body, condition)
    return objects.put(key, body, condition)
  },
})

describe('state objects', () => {
  it('reads the value and the ETag of the version to replace', async () => {
    const ports = memoryPorts()
    expect(await readState(ports.objects, 'key', Value)).toBeUndefined()
    await createState(ports, 'key', { count: 1 })
    const { value, etag } = (await readState(ports.objects, 'key', Value))!
    expect(value).toEqual({ count: 1 })
    expect(await replaceState(ports, 'key', etag, { count: 2 })).toBe(true)
    expect((await readState(ports.objects, 'key', Value))?.value).toEqual({ count: 2 })
  })

  it('throws a CorruptStateError that names the key of an object that does not match the schema', async () => {
    const ports = memoryPorts()
    for (const text of ['{"count":', '{"count":"1"}']) {
      await ports.objects.put('key', text)
      await expect(readState(ports.objects, 'key', Value)).rejects.toMatchObject({
        name: 'CorruptStateError',
        key: 'key',
      })
    }
  })

  it('lets exactly one of two writers create an object, even when both write the same value', async () => {
    const ports = memoryPorts()
    const writes = [createState(ports, 'key', { count: 1 }), createState(ports, 'key', { count: 1 })]
    expect(await Promise.all(writes)).toEqual([true, false])
  })

  it('lets exactly one of two writers replace an object', async () => {
    const ports = memoryPorts()
    await createState(ports, 'key', { count: 1 })
    const { etag } = (await readState(ports.objects, 'key', Value))!
    const writes = [replaceState(ports, 'key', etag, { count: 2 }), replaceState(ports, 'key', etag, { count: 2 })]
    expect(await Promise.all(writes)).toEqual([true, false])
  })

  it('recognizes its own write by the nonce when the client retried it and was refused', async () => {
    const ports = memoryPorts()
    const retryingPorts = { ...ports, objects: withRetriedWrites(ports.objects) }
    expect(await createState(retryingPorts, 'key', { count: 1 })).toBe(true)
    const { etag } = (await readState(ports.objects, 'key', Value))!
    expect(await replaceState(retryingPorts, 'key', etag, { count: 2 })).toBe(true)
    expect(await replaceState(retryingPorts, 'key', etag, { count: 3 })).toBe(false)
    expect((await readState(ports.objects, 'key', Value))?.value).toEqual({ count: 2 })
  })

  it('does not replace an object that was removed', async () => {
    const ports = memoryPorts()
    expect(await replaceState(ports, 'key', '"gone"', { count: 2 })).toBe(false)
    expect(ports.world.stored.size).toBe(0)
  })
})
