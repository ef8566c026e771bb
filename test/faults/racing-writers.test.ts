import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { createState, replaceState } from '../../shared/platform/state/record.ts'
import { recordType } from '../../shared/platform/state/record-type.ts'
import { pauseRandomly } from '../support/crash/random.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { memoryPorts } from '../support/world/ports.ts'

const KEY = 'state.json'
const STATE = { key: KEY, type: recordType('a state', z.looseObject({})) }
const WRITERS = [...Array(10).keys()]

/** Returns ports on which a third of the writes take effect and are then refused, as when a retry meets its first attempt. */
function racingPorts(seed: number) {
  const ports = memoryPorts()
  pauseRandomly(ports.world, seed)
  let puts = 0
  ports.world.fault = ({ method }) => (method === 'put' && puts++ % 3 === seed % 3 ? 'refused' : undefined)
  return ports
}

describe('ten concurrent writers of a state, with writes refused by their own first attempt', () => {
  it.each(WRITERS)('lets exactly one create the state and know it (seed %i)', async (seed) => {
    const ports = racingPorts(seed)
    const won = await Promise.all(WRITERS.map((writer) => createState(STATE, { writer }, ports)))
    expect(WRITERS.filter((writer) => won[writer])).toEqual([jsonAt(ports.world, KEY).writer])
  })

  it.each(WRITERS)('lets exactly one replace the state and know it (seed %i)', async (seed) => {
    const ports = racingPorts(seed)
    const etag = await memoryPorts({ world: { ...ports.world, fault: () => undefined } }).objects.put(KEY, '{}')
    const won = await Promise.all(WRITERS.map((writer) => replaceState(STATE, { etag: etag ?? '' }, { writer }, ports)))
    expect(WRITERS.filter((writer) => won[writer])).toEqual([jsonAt(ports.world, KEY).writer])
  })

  // A writer that won and was overwritten before it read the state back cannot know, and writes again: changes are idempotent.
  it.each(WRITERS)('lose no change when all read and replace the state (seed %i)', async (seed) => {
    const ports = racingPorts(seed)
    await ports.objects.put(KEY, '{"writers":[]}')
    const add = async (writer: number): Promise<void> => {
      for (;;) {
        const { bytes, etag = '' } = (await ports.objects.get(KEY)) ?? {}
        const { writers } = JSON.parse(Buffer.from(bytes ?? '').toString())
        if (await replaceState(STATE, { etag }, { writers: [...writers, writer] }, ports)) return
      }
    }
    await Promise.all(WRITERS.map(add))
    expect(new Set(jsonAt(ports.world, KEY).writers)).toEqual(new Set(WRITERS))
  })
})
