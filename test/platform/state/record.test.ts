import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { CorruptStateError } from '../../../shared/platform/state/corrupt-state.ts'
import { createState, readState, replaceCorrupt, replaceState } from '../../../shared/platform/state/record.ts'
import { recordType } from '../../../shared/platform/state/record-type.ts'
import { storedObject } from '../../../shared/platform/state/stored-schema.ts'
import type { ObjectStore } from '../../../shared/platform/storage/ports.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const REF = { key: 'key', type: recordType('a value', storedObject({ count: z.int() })) }

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
    expect(await readState(REF, ports)).toBeUndefined()
    await createState(REF, { count: 1 }, ports)
    const { value, etag } = (await readState(REF, ports))!
    expect(value).toEqual({ count: 1 })
    expect(await replaceState(REF, { etag }, { count: 2 }, ports)).toBeDefined()
    expect((await readState(REF, ports))?.value).toEqual({ count: 2 })
  })

  it('throws a CorruptStateError that names the key of an object that does not match the schema', async () => {
    const ports = memoryPorts()
    for (const text of ['{"count":', '{"count":"1"}']) {
      await ports.objects.put('key', text)
      await expect(readState(REF, ports)).rejects.toMatchObject({
        name: 'CorruptStateError',
        key: 'key',
      })
    }
  })

  it('lets exactly one of two writers create an object, even when both write the same value', async () => {
    const ports = memoryPorts()
    const writes = [createState(REF, { count: 1 }, ports), createState(REF, { count: 1 }, ports)]
    expect((await Promise.all(writes)).map(Boolean)).toEqual([true, false])
  })

  it('lets exactly one of two writers replace an object', async () => {
    const ports = memoryPorts()
    await createState(REF, { count: 1 }, ports)
    const { etag } = (await readState(REF, ports))!
    const writes = [replaceState(REF, { etag }, { count: 2 }, ports), replaceState(REF, { etag }, { count: 2 }, ports)]
    expect((await Promise.all(writes)).map(Boolean)).toEqual([true, false])
  })

  it('recognizes its own write by the nonce when the client retried it and was refused', async () => {
    const ports = memoryPorts()
    const retryingPorts = { ...ports, objects: withRetriedWrites(ports.objects) }
    expect(await createState(REF, { count: 1 }, retryingPorts)).toBeDefined()
    const { etag } = (await readState(REF, ports))!
    expect(await replaceState(REF, { etag }, { count: 2 }, retryingPorts)).toBeDefined()
    expect(await replaceState(REF, { etag }, { count: 3 }, retryingPorts)).toBeUndefined()
    expect((await readState(REF, ports))?.value).toEqual({ count: 2 })
  })

  it('does not replace an object that was removed', async () => {
    const ports = memoryPorts()
    expect(await replaceState(REF, { etag: '"gone"' }, { count: 2 }, ports)).toBeUndefined()
    expect(ports.world.stored.size).toBe(0)
  })
})

describe('replaceCorrupt', () => {
  /** Ports with a corrupt object, and the error of reading it. */
  async function corrupted() {
    const ports = memoryPorts()
    await ports.objects.put(REF.key, '{"count":')
    const error: unknown = await readState(REF, ports).catch((caught: unknown) => caught)
    if (!(error instanceof CorruptStateError)) throw new Error('the object is not corrupt')
    return { ports, error }
  }

  it('replaces the version that could not be read, and logs its key', async () => {
    const { ports, error } = await corrupted()
    expect(await replaceCorrupt(REF, error, { count: 1 }, ports)).toBeDefined()
    expect((await readState(REF, ports))?.value).toEqual({ count: 1 })
    expect(ports.world.logged).toEqual([{ level: 'error', event: 'state.corrupt', fields: { key: REF.key } }])
  })

  it('leaves an object alone that was repaired meanwhile', async () => {
    const { ports, error } = await corrupted()
    await ports.objects.put(REF.key, '{"count":7}')
    expect(await replaceCorrupt(REF, error, { count: 1 }, ports)).toBeUndefined()
    expect((await readState(REF, ports))?.value).toEqual({ count: 7 })
  })
})
