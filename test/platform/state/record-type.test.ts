import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { createState, readState, removeState, replaceState } from '../../../shared/platform/state/record.ts'
import { currentVersion, type Migration, recordType } from '../../../shared/platform/state/record-type.ts'
import { storedEnum, storedObject, storedUnion } from '../../../shared/platform/state/stored-schema.ts'
import { jsonAt } from '../../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const Task = storedObject({
  title: z.string(),
  state: storedEnum(['open', 'done']),
  steps: z.array(storedObject({ name: z.string() })).optional(),
  labels: storedObject({ tags: z.record(z.string(), z.string()) }).optional(),
})

const renameName: Migration = ({ name, ...task }) => ({ title: name, ...task })
const addState: Migration = ({ isDone, ...task }) => ({ ...task, state: isDone ? 'done' : 'open' })

/** Version 1 had a `name`, version 2 had `isDone`. */
const TASK = { key: 'task.json', type: recordType('a task', Task, [renameName, addState]) }

const put = async (ports: MemoryPorts, record: unknown) => {
  await ports.objects.put(TASK.key, typeof record === 'string' ? record : JSON.stringify(record))
  return ports
}
const read = async (record: unknown) => (await readState(TASK, await put(memoryPorts(), record)))?.value

describe('a record', () => {
  it('is written with the version of its type', async () => {
    const ports = memoryPorts()
    await createState(TASK, { title: 'x', state: 'open' }, ports)
    expect(jsonAt(ports.world, TASK.key)).toMatchObject({ schemaVersion: 3, title: 'x' })
    expect(currentVersion(TASK.type)).toBe(3)
  })

  it.each([
    ['without a version, which is version 1', { name: 'x', isDone: true, nonce: 'n' }],
    ['of version 2', { schemaVersion: 2, title: 'x', isDone: true, nonce: 'n' }],
    ['of the current version', { schemaVersion: 3, title: 'x', state: 'done', nonce: 'n' }],
  ])('%s is read as the current one', async (_, record) => {
    expect(await read(record)).toEqual({ title: 'x', state: 'done' })
  })

  it('of a newer version keeps its version, fields and names when it is changed', async () => {
    const newer = { schemaVersion: 9, title: 'x', state: 'archived', owner: 'me', steps: [{ name: 's', cost: 3 }] }
    const ports = await put(memoryPorts(), newer)
    const found = await readState(TASK, ports)
    await replaceState(TASK, found!, { ...found!.value, title: 'y' }, ports)
    expect(jsonAt(ports.world, TASK.key)).toMatchObject({ ...newer, title: 'y' })
  })

  it('of the same version keeps fields that a newer build added without a new version', async () => {
    const ports = await put(memoryPorts(), { schemaVersion: 3, title: 'x', state: 'open', owner: 'me' })
    const found = await readState(TASK, ports)
    await replaceState(TASK, found!, { ...found!.value, state: 'done' }, ports)
    expect(jsonAt(ports.world, TASK.key)).toMatchObject({ state: 'done', owner: 'me' })
  })

  it.each([
    ['an empty object', ''],
    ['text that is not JSON', '{"title":"secret'],
    ['an array', [1]],
    ['a string', '"x"'],
    ['null', 'null'],
    ['another object', { hello: 'world' }],
    ['a wrong type of a field', { schemaVersion: 3, title: 7, state: 'open' }],
    ['a wrong type of a field beside a secret', { schemaVersion: 3, title: ['secret'], state: 'open' }],
    ['a wrong value of a secret key', { schemaVersion: 3, title: 'x', state: 'open', labels: { tags: { secret: 7 } } }],
    ['a version that is no number', { schemaVersion: 'x', title: 'x', state: 'open' }],
    ['version 0', { schemaVersion: 0, title: 'x', state: 'open' }],
    ['an old version without its own field', { schemaVersion: 2, isDone: true }],
  ])(
    'that is %s is corrupt, with an error that names its key and version and none of its content',
    async (_, record) => {
      const ports = await put(memoryPorts(), record)
      const { etag } = (await ports.objects.get(TASK.key))!
      const reading = readState(TASK, ports)
      await expect(reading).rejects.toMatchObject({
        name: 'CorruptStateError',
        code: 'corrupt-state',
        key: TASK.key,
        etag,
      })
      await expect(reading).rejects.not.toThrow(/secret/)
    },
  )
})

describe('removeState', () => {
  it('removes the version that was read', async () => {
    const ports = memoryPorts()
    await createState(TASK, { title: 'x', state: 'open' }, ports)
    expect(await removeState(TASK, (await readState(TASK, ports))!, ports)).toBe(true)
    expect(ports.world.stored.size).toBe(0)
  })

  it('leaves an object alone that was changed or recreated since, even with the same value', async () => {
    const ports = memoryPorts()
    await createState(TASK, { title: 'x', state: 'open' }, ports)
    const before = (await readState(TASK, ports))!
    await replaceState(TASK, before, before.value, ports)
    expect(await removeState(TASK, before, ports)).toBe(false)
    expect(ports.world.stored.size).toBe(1)
  })
})

describe('storedUnion', () => {
  const Form = storedUnion(
    'state',
    { queued: storedObject({ state: z.literal('queued'), url: z.string() }) },
    storedObject({ state: z.string() }),
  )
  it('keeps a form that only a newer version knows', () => {
    expect(Form.parse({ state: 'expired', since: 3 })).toEqual({ state: 'expired', since: 3 })
  })
  it('keeps a form that has the name of a method of every object', () => {
    expect(Form.parse({ state: 'constructor' })).toEqual({ state: 'constructor' })
  })
  it('refuses a known form that is incomplete, a form without a name, and what is no object', () => {
    for (const value of [{ state: 'queued' }, { url: 'x' }, { state: 7 }, 'queued', undefined, null])
      expect(Form.safeParse(value).success).toBe(false)
  })
})
