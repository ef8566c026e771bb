import { describe, expect, it } from '@jest/globals'
import { createState, replaceState } from '../../shared/platform/state/record.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { unevenly } from './random.ts'

const KEY = 'state.json'
const WRITERS = [...Array(10).keys()]

/** Lets some of the writes meet themselves: they are done, and told that their condition fails. */
function racing(seed: number) {
  const ports = memoryPorts()
  unevenly(ports.world, seed)
  let puts = 0
  ports.world.fault = ({ method }) => (method === 'put' && puts++ % 3 === seed % 3 ? 'refused' : undefined)
  return ports
}

describe('of ten that write a state at once, some of whom are sent again and refused by their own write', () => {
  it.each(WRITERS)('one makes it, and knows (seed %i)', async (seed) => {
    const ports = racing(seed)
    const won = await Promise.all(WRITERS.map((writer) => createState(ports, KEY, { writer })))
    expect(WRITERS.filter((writer) => won[writer])).toEqual([jsonAt(ports.world, KEY).writer])
  })

  it.each(WRITERS)('one replaces it, and knows (seed %i)', async (seed) => {
    const ports = racing(seed)
    const etag = await memoryPorts({ world: { ...ports.world, fault: () => undefined } }).objects.put(KEY, '{}')
    const won = await Promise.all(WRITERS.map((writer) => replaceState(ports, KEY, etag ?? '', { writer })))
    expect(WRITERS.filter((writer) => won[writer])).toEqual([jsonAt(ports.world, KEY).writer])
  })

  // Who had won and was replaced before looking cannot know, and does it again: changes of a state bear that.
  it.each(WRITERS)('all add their part by reading and replacing, and none is lost (seed %i)', async (seed) => {
    const ports = racing(seed)
    await ports.objects.put(KEY, '{"writers":[]}')
    const add = async (writer: number): Promise<void> => {
      for (;;) {
        const { bytes, etag = '' } = (await ports.objects.get(KEY)) ?? {}
        const { writers } = JSON.parse(Buffer.from(bytes ?? '').toString())
        if (await replaceState(ports, KEY, etag, { writers: [...writers, writer] })) return
      }
    }
    await Promise.all(WRITERS.map(add))
    expect(new Set(jsonAt(ports.world, KEY).writers)).toEqual(new Set(WRITERS))
  })
})
