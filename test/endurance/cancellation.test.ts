import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { cancelImport } from '../../shared/datasets/import/cancel-import.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { batchScenario } from '../faults/batch-scenarios.ts'
import { copyUntilDone, notCopied, selectedWorld, tick } from '../faults/copying.ts'
import { datasetScenario } from '../faults/import-scenarios.ts'
import { importedWorld, importUntilDone, notImported, registeredWorld } from '../faults/importing.ts'
import { drain } from '../support/broker/drain.ts'
import { interleaveAtEachCall } from '../support/crash/fault-at-each-call.ts'
import { jsonAt, roundsAt } from '../support/world/bucket-contents.ts'
import { eventsIn } from '../support/world/events.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

/** Cancels and tells whether that succeeded; it may come too late. */
const succeeds = (cancel: () => Promise<unknown>): Promise<boolean> =>
  cancel().then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppError && ['wrong-state', 'not-found'].includes(error.code)) return false
      throw error
    },
  )

describe('cancelling a copy', () => {
  it.each([
    ['with one message at a time', {}],
    ['with all messages at once', { atOnce: true }],
    ['with duplicate messages', { times: 2 }],
  ])('ends the round exactly once, %s, while any call of the start or the workers hangs', async (_, delivery) => {
    const world = await selectedWorld(5)
    const wrong: string[] = []
    let isCancelled = false
    const scenario = batchScenario(
      'copy',
      async () => world,
      async (ports) => {
        tick(ports)
        await startCopy('b', ports)
        await drain(ports, delivery)
        ports.world.pause = () => Promise.resolve()
        const { batchId } = jsonAt(ports.world, 'data/b/batch.json')
        const [first] = roundsAt(ports.world, `data/b/copies/${batchId}`)
        if (first?.end.state !== (isCancelled ? 'cancelled' : 'finished'))
          wrong.push(`cancelled: ${isCancelled}, but the round is ${first?.end.state}`)
        if (eventsIn(ports.world).length > 0 === isCancelled)
          wrong.push(`cancelled: ${isCancelled}, but events are wrong`)
        isCancelled = false
        await copyUntilDone(ports)
      },
      notCopied,
    )
    const cancel = async (ports: MemoryPorts) => {
      isCancelled = await succeeds(() => cancelCopy('b', ports))
    }
    const disturbed = await interleaveAtEachCall(scenario, cancel)
    expect([...wrong, ...disturbed.wrong]).toEqual([])
    expect(disturbed.faults).toBeGreaterThan(50)
  })
})

describe('cancelling an import', () => {
  it.each<[string, () => Promise<World>, object]>([
    ['a first import', registeredWorld, {}],
    ['a first import with all messages at once', registeredWorld, { atOnce: true }],
    ['an import that replaces another', importedWorld, { times: 2 }],
  ])(
    'leaves it either cancelled or current, while any call of the start or the workers hangs: %s',
    async (_, world, delivery) => {
      const wrong: string[] = []
      let isCancelled = false
      const scenario = datasetScenario(
        'import',
        world,
        async (ports) => {
          tick(ports)
          const before = jsonAt(ports.world, 'data/raw/small/dataset.json').current?.importId
          await startImport('small', ports)
          await drain(ports, delivery)
          ports.world.pause = () => Promise.resolve()
          const { current, importing } = jsonAt(ports.world, 'data/raw/small/dataset.json')
          if ((current?.importId === before) !== isCancelled || importing)
            wrong.push(`cancelled: ${isCancelled}, but ${current?.importId} is current`)
          if (eventsIn(ports.world).length > 0 === isCancelled)
            wrong.push(`cancelled: ${isCancelled}, but events are wrong`)
          const wasCancelled = isCancelled
          isCancelled = false
          if (wasCancelled) await importUntilDone(ports)
        },
        notImported,
      )
      const cancel = async (ports: MemoryPorts) => {
        isCancelled = await succeeds(() => cancelImport('small', ports))
      }
      const disturbed = await interleaveAtEachCall(scenario, cancel)
      expect([...wrong, ...disturbed.wrong]).toEqual([])
      expect(disturbed.faults).toBeGreaterThan(50)
    },
  )

  it('does not affect the next import, started while any call of the workers hangs', async () => {
    const wrong: string[] = []
    let next: string | undefined
    const scenario = datasetScenario(
      'import',
      registeredWorld,
      async (ports) => {
        tick(ports)
        next = undefined
        await startImport('small', ports)
        await drain(ports)
        const { current } = jsonAt(ports.world, 'data/raw/small/dataset.json')
        if (next && current?.importId !== next) wrong.push(`${next} was started, but ${current?.importId} is current`)
      },
      notImported,
    )
    const replace = async (ports: MemoryPorts) => {
      if (!(await succeeds(() => cancelImport('small', ports)))) return
      next = (await startImport('small', ports)).importing?.importId
    }
    const disturbed = await interleaveAtEachCall(scenario, replace)
    expect([...wrong, ...disturbed.wrong]).toEqual([])
  })
})
