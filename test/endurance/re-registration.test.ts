import { describe, expect, it } from '@jest/globals'
import { cancelImport } from '../../shared/datasets/import/cancel-import.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { forgetDataset } from '../../shared/datasets/register/forget.ts'
import { registerDataset } from '../../shared/datasets/register/register.ts'
import { datasetScenario } from '../faults/import-scenarios.ts'
import { importedWorld, importUntilDone, notImported, registeredWorld } from '../faults/importing.ts'
import { drain } from '../support/broker/drain.ts'
import { interleaveAtEachCall } from '../support/crash/fault-at-each-call.ts'
import { retryUntilDoneOr } from '../support/crash/retry.ts'
import { REGISTRATION } from '../support/fixtures/small-dataset.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { eventsIn } from '../support/world/events.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

const isImported = ({ world }: MemoryPorts): boolean =>
  jsonAt(world, 'data/raw/small/dataset.json')?.current !== undefined

const isBeingForgotten = ({ world }: MemoryPorts): boolean =>
  jsonAt(world, 'data/raw/small/dataset.json')?.deleting === true

/** Forgets the dataset and registers it again. */
async function registerAgain(ports: MemoryPorts): Promise<void> {
  await retryUntilDoneOr(() => cancelImport('small', ports), 'wrong-state', 'not-found')
  await retryUntilDoneOr(() => forgetDataset('small', ports), 'not-found')
  await registerDataset('small', REGISTRATION, { validateOnly: false }, ports)
}

/**
 * Runs some work while another actor registers and imports the dataset again, with each call of the work hanging in turn.
 * @param isBegun whether the work already concerns the earlier registration
 */
const registeredMeanwhile = (
  world: () => Promise<World>,
  work: (ports: MemoryPorts) => Promise<unknown>,
  isBegun: (ports: MemoryPorts) => boolean = () => true,
) =>
  interleaveAtEachCall(
    datasetScenario(
      'registered again',
      world,
      async (ports) => {
        await work(ports).catch(() => undefined)
        await drain(ports)
        ports.world.pause = () => Promise.resolve()
        const exists = jsonAt(ports.world, 'data/raw/small/dataset.json') !== null
        if (!exists && eventsIn(ports.world).length > 0)
          throw new Error('the dataset that was imported meanwhile is gone')
        if (!exists) await registerAgain(ports)
        if (!isImported(ports)) await importUntilDone(ports)
      },
      notImported,
    ),
    async (ports) => {
      if (!isBegun(ports)) return
      await registerAgain(ports)
      await importUntilDone(ports)
    },
  )

describe('registering a dataset again', () => {
  it('completes while the start of the earlier import hangs at any call', async () => {
    const { faults, wrong } = await registeredMeanwhile(registeredWorld, (ports) => startImport('small', ports))
    expect(wrong).toEqual([])
    expect(faults).toBeGreaterThan(50)
  })

  it('completes while forgetting the earlier dataset hangs at any call', async () => {
    const { wrong } = await registeredMeanwhile(
      importedWorld,
      (ports) => forgetDataset('small', ports),
      isBeingForgotten,
    )
    expect(wrong).toEqual([])
  })
})
