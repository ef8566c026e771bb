import { describe, expect, it } from '@jest/globals'
import { drain } from '../support/broker/drain.ts'
import { SimulatedCrash } from '../support/world/call.ts'
import { memoryPorts } from '../support/world/ports.ts'

describe('the world behind the ports in memory', () => {
  it('records calls and the number of requests that the adapters would send', async () => {
    const { world, objects, messages } = memoryPorts()
    await objects.put('a', 'x')
    await objects.get('a', { start: 0, end: 1 })
    await objects.remove(Array.from({ length: 1001 }, (_, number) => ({ key: `${number}` })))
    await messages.send('chunks', Array(25).fill('x'))
    expect(world.calls.map(({ port, method, key, requests }) => `${port}.${method} ${key} ${requests}`)).toEqual([
      'objects.put a 1',
      'objects.get a 1',
      'objects.remove 0 2',
      'messages.send chunks 3',
    ])
    expect(world.calls[1]?.range).toEqual({ start: 0, end: 1 })
  })
  it('delivers a delayed message when its time has come, also if its queue was looked at before', async () => {
    const ports = memoryPorts()
    const { world, messages } = ports
    const sentAt = world.now.getTime()
    const watch = { task: 'watch-labeling', job: 'cats-1', workId: 'work000000000001', requestId: 'request-1' }
    await messages.send('tasks', [watch], 150)
    const delivered: number[] = []
    for (const seconds of [0, 60, 120, 180]) {
      world.now = new Date(sentAt + 1000 * seconds)
      await drain(ports, { until: world.now, before: () => void delivered.push(seconds) })
    }
    expect(delivered).toEqual([180])
  })
  it('crashes before or after any call', async () => {
    const { world, objects } = memoryPorts()
    world.fault = (_, number) => (number === 1 ? 'before' : number === 2 ? 'after' : undefined)
    await expect(objects.put('a', 'x')).rejects.toThrow(SimulatedCrash)
    await expect(objects.put('b', 'x')).rejects.toThrow('after call 2, objects.put b')
    expect((await objects.list('')).objects.map(({ key }) => key)).toEqual(['b'])
  })
  it('fails with any error, also while a file is read', async () => {
    const { world, objects, files } = memoryPorts()
    await objects.put('a', '0123')
    const { ranges } = await files.open('s3://work/a')
    world.fault = ({ method }) => (method === 'read' ? new Error('broken') : undefined)
    await expect(ranges?.read(0, 2)).rejects.toThrow('broken')
  })
  it('fails after a call took effect, refuses a conditional write that took effect, or returns an injected answer', async () => {
    const { world, objects } = memoryPorts()
    const faults = [{ after: new Error('late') }, 'refused', { answer: undefined }, 'refused'] as const
    world.fault = (_, number) => faults[number - 1]
    await expect(objects.put('a', 'x', { absent: true })).rejects.toThrow('late')
    expect(await objects.put('b', 'x', { absent: true })).toBeUndefined()
    expect(await objects.get('a')).toBeUndefined()
    expect(await objects.put('c', 'x')).toEqual(expect.any(String))
    expect((await objects.list('')).objects.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
  })
  it('counts how often each object was written since it was last removed', async () => {
    const { world, objects } = memoryPorts()
    for (const key of ['a', 'b', 'b']) await objects.put(key, 'x')
    await objects.put('a', 'y', { absent: true })
    await objects.put('a', 'y', { etag: (await objects.get('a'))?.etag ?? '' })
    expect(world.made).toEqual(['s3://work/a', 's3://work/b', 's3://work/b'])
    await objects.remove([{ key: 'b' }])
    expect(world.made).toEqual(['s3://work/a'])
  })
  it('lets other work overtake a call that pauses', async () => {
    const { world, objects } = memoryPorts()
    world.pause = async ({ key }) => {
      if (key === 'slow') await objects.put('between', 'x')
    }
    await objects.put('slow', 'x')
    expect([...world.stored.keys()]).toEqual(['s3://work/between', 's3://work/slow'])
  })
  it('is shared by all ports that are given it, including ids', async () => {
    const one = memoryPorts()
    const other = memoryPorts({ world: one.world })
    await one.objects.put('a', 'x')
    expect(await other.objects.get('a')).toBeDefined()
    expect([one.newId(), other.newId()]).toEqual(['id00000000000001', 'id00000000000002'])
  })
  it('has a clock that does not advance until it is set', () => {
    const { world, now } = memoryPorts()
    expect(now()).toEqual(now())
    world.now = new Date('2027-01-01T00:00:00Z')
    expect(now().toISOString()).toBe('2027-01-01T00:00:00.000Z')
  })
  it('records log lines', () => {
    const { world, log } = memoryPorts()
    log.warn('state.corrupt', { key: 'k' })
    expect(world.logged).toEqual([{ level: 'warn', event: 'state.corrupt', fields: { key: 'k' } }])
  })
})
