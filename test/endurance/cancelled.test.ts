import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { cancelImport } from '../../shared/datasets/import/cancel-import.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { ofBatch } from '../faults/batch-scenarios.ts'
import { chosenWorld, copyInsisting, notCopied, tick } from '../faults/copying.ts'
import { ofDataset } from '../faults/import-scenarios.ts'
import { importedWorld, importInsisting, notImported, registeredWorld } from '../faults/importing.ts'
import { besideEachCall } from '../support/crash/each-call.ts'
import { jsonAt, roundsAt } from '../support/world/bucket-contents.ts'
import { drain } from '../support/world/drain.ts'
import { eventsIn } from '../support/world/events.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

/** Whether a cancellation won; it may come too late. */
const wins = (cancel: () => Promise<unknown>): Promise<boolean> =>
  cancel().then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppError && ['wrong-state', 'not-found'].includes(error.code)) return false
      throw error
    },
  )

describe('a copy that is cancelled', () => {
  it.each([
    ['alone', {}],
    ['with all messages at once', { atOnce: true }],
    ['with messages doubled', { times: 2 }],
  ])(
    'while any call of its start or its workers hangs, %s, ends once, and can be gone on with',
    async (_, delivery) => {
      const world = await chosenWorld(5)
      const wrong: string[] = []
      let won = false
      const scenario = ofBatch(
        'copy',
        async () => world,
        async (ports) => {
          tick(ports)
          await startCopy('b', ports)
          await drain(ports, delivery)
          ports.world.pause = () => Promise.resolve()
          const { batchId } = jsonAt(ports.world, 'data/b/batch.json')
          const [first] = roundsAt(ports.world, `data/b/copies/${batchId}`)
          if (first?.end.state !== (won ? 'cancelled' : 'finished'))
            wrong.push(`won: ${won}, and it is ${first?.end.state}`)
          if (eventsIn(ports.world).length > 0 === won) wrong.push(`won: ${won}, and it is told of`)
          won = false
          await copyInsisting(ports)
        },
        notCopied,
      )
      const cancel = async (ports: MemoryPorts) => {
        won = await wins(() => cancelCopy('b', ports))
      }
      const disturbed = await besideEachCall(scenario, cancel)
      expect([...wrong, ...disturbed.wrong]).toEqual([])
      expect(disturbed.faults).toBeGreaterThan(50)
    },
  )
})

describe('an import that is cancelled', () => {
  it.each<[string, () => Promise<World>, object]>([
    ['the first', registeredWorld, {}],
    ['the first, with all messages at once', registeredWorld, { atOnce: true }],
    ['one that replaces another', importedWorld, { times: 2 }],
  ])(
    'while any call of its start or its workers hangs is over or ready, never both: %s',
    async (_, world, delivery) => {
      const wrong: string[] = []
      let won = false
      const scenario = ofDataset(
        'import',
        world,
        async (ports) => {
          tick(ports)
          const before = jsonAt(ports.world, 'data/raw/small/dataset.json').current?.importId
          await startImport('small', ports)
          await drain(ports, delivery)
          ports.world.pause = () => Promise.resolve()
          const { current, importing } = jsonAt(ports.world, 'data/raw/small/dataset.json')
          if ((current?.importId === before) !== won || importing)
            wrong.push(`won: ${won}, and ${current?.importId} is read`)
          if (eventsIn(ports.world).length > 0 === won) wrong.push(`won: ${won}, and it is told of`)
          const wasWon = won
          won = false
          if (wasWon) await importInsisting(ports)
        },
        notImported,
      )
      const cancel = async (ports: MemoryPorts) => {
        won = await wins(() => cancelImport('small', ports))
      }
      const disturbed = await besideEachCall(scenario, cancel)
      expect([...wrong, ...disturbed.wrong]).toEqual([])
      expect(disturbed.faults).toBeGreaterThan(50)
    },
  )

  it('while any call of its workers hangs leaves alone the next one, which is started then', async () => {
    const wrong: string[] = []
    let next: string | undefined
    const scenario = ofDataset(
      'import',
      registeredWorld,
      async (ports) => {
        tick(ports)
        next = undefined
        await startImport('small', ports)
        await drain(ports)
        const { current } = jsonAt(ports.world, 'data/raw/small/dataset.json')
        if (next && current?.importId !== next) wrong.push(`${next} was started, and ${current?.importId} is read`)
      },
      notImported,
    )
    const replace = async (ports: MemoryPorts) => {
      if (!(await wins(() => cancelImport('small', ports)))) return
      next = (await startImport('small', ports)).importing?.importId
    }
    const disturbed = await besideEachCall(scenario, replace)
    expect([...wrong, ...disturbed.wrong]).toEqual([])
  })
})
