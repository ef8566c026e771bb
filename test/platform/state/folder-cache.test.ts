import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { folderCache } from '../../../shared/platform/state/folder-cache.ts'
import { createState, discardState, replaceState } from '../../../shared/platform/state/record.ts'
import { recordType } from '../../../shared/platform/state/record-type.ts'
import { storedObject } from '../../../shared/platform/state/stored-schema.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const NOTE = recordType('the note', storedObject({ text: z.string() }))
const noteRef = (name: string) => ({ key: `system/notes/${name}.json`, type: NOTE })

/** Stores notes, and reads all of them through a cache. */
async function cached(names: readonly string[]) {
  const ports = memoryPorts()
  for (const name of names) await createState(noteRef(name), { text: name }, ports)
  const find = folderCache('system/notes/', noteRef)
  const read = async (name: string) => (await find(name, ports))?.text
  for (const name of names) await read(name)
  ports.world.calls.length = 0
  return { ports, find, read, calls: () => ports.world.calls.splice(0).map(({ method }) => method) }
}

const pass = ({ world }: MemoryPorts, seconds: number): void => {
  world.now = new Date(world.now.getTime() + 1000 * seconds)
}

async function change(name: string, text: string, ports: MemoryPorts): Promise<void> {
  const stored = await ports.objects.get(noteRef(name).key)
  await replaceState(noteRef(name), { etag: stored?.etag ?? '' }, { text }, ports)
  ports.world.calls.length = 0
}

describe('the records of a folder', () => {
  it('are not looked at for three quarters of a minute', async () => {
    const { ports, read, calls } = await cached(['a', 'b'])
    await change('a', 'other', ports)
    pass(ports, 44)
    expect([await read('a'), await read('b'), calls()]).toEqual(['a', 'b', []])
  })

  it('are listed then, and only what has changed is read again', async () => {
    const { ports, read, calls } = await cached(['a', 'b', 'c'])
    await change('b', 'other', ports)
    pass(ports, 45)
    expect([await read('a'), await read('b'), await read('c')]).toEqual(['a', 'other', 'c'])
    expect(calls()).toEqual(['list', 'get'])
  })

  it('are used as they are known while they are listed, so that no call waits for another one', async () => {
    const { ports, read, calls } = await cached(['a', 'b', 'c'])
    const { promise: hanging, resolve } = Promise.withResolvers<void>()
    ports.world.pause = async ({ method }) => (method === 'list' ? await hanging : undefined)
    pass(ports, 50)
    const first = read('a')
    expect([await read('b'), calls()]).toEqual(['b', ['list']])
    pass(ports, 10)
    expect([await read('b'), calls()]).toEqual(['b', ['get']])
    resolve()
    expect(await first).toBe('a')
  })

  it('are gone a minute after they were removed', async () => {
    const { ports, read } = await cached(['a', 'b'])
    await discardState(noteRef('a'), ports)
    pass(ports, 60)
    expect([await read('a'), await read('b')]).toEqual([undefined, 'b'])
  })

  it('are read again when there is only one, which costs as much', async () => {
    const { ports, read, calls } = await cached(['a'])
    pass(ports, 60)
    expect([await read('a'), calls()]).toEqual(['a', ['get']])
  })

  it('are read again when they cannot be current', async () => {
    const { ports, find, calls } = await cached(['a', 'b'])
    await change('a', 'other', ports)
    const found = await find('a', ports, ({ text }) => text === 'other')
    expect([found, calls()]).toEqual([{ text: 'other' }, ['get']])
  })

  it('are read one by one where one listing does not reach them', async () => {
    const names = Array.from({ length: 1002 }, (_, index) => String(index).padStart(4, '0'))
    const { ports, find } = await cached(names)
    const last = names.slice(-3)
    for (const name of last) await find(name, ports)
    ports.world.calls.length = 0
    pass(ports, 60)
    for (const name of last) expect((await find(name, ports))?.text).toBe(name)
    expect(ports.world.calls.map(({ method }) => method)).toEqual(['list', 'get', 'get'])
  })

  it('fail when they cannot be listed, and are looked at again by the next call', async () => {
    const { ports, read } = await cached(['a', 'b'])
    pass(ports, 60)
    ports.world.fault = ({ method }) => (method === 'list' ? new Error('away') : undefined)
    await expect(read('a')).rejects.toThrow()
    ports.world.fault = () => undefined
    await change('a', 'other', ports)
    expect(await read('a')).toBe('other')
  })
})
