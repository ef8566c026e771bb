import { describe, expect, it } from '@jest/globals'
import { cancelImport } from '../../shared/datasets/import/cancel-import.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { forgetDataset } from '../../shared/datasets/register/forget.ts'
import { registerDataset } from '../../shared/datasets/register/register.ts'
import { ofDataset } from '../faults/import-scenarios.ts'
import { importedWorld, importInsisting, notImported, registeredWorld } from '../faults/importing.ts'
import { insistOrFind } from '../faults/insisting.ts'
import { besideEachCall } from '../support/crash/each-call.ts'
import { REGISTRATION } from '../support/fixtures/small-dataset.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { drain } from '../support/world/drain.ts'
import { eventsIn } from '../support/world/events.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

const isImported = ({ world }: MemoryPorts): boolean =>
  jsonAt(world, 'data/raw/small/dataset.json')?.current !== undefined

const isBeingForgotten = ({ world }: MemoryPorts): boolean =>
  jsonAt(world, 'data/raw/small/dataset.json')?.deleting === true

/** Ends what there is of the dataset, and registers it anew. */
async function registerAgain(ports: MemoryPorts): Promise<void> {
  await insistOrFind(() => cancelImport('small', ports), 'wrong-state', 'not-found')
  await insistOrFind(() => forgetDataset('small', ports), 'not-found')
  await registerDataset('small', REGISTRATION, { validateOnly: false }, ports)
}

/**
 * While any call of this hangs, the dataset is registered and imported again by others.
 * @param isBegun whether it has come so far that it is about what was there before
 */
const registeredMeanwhile = (
  world: () => Promise<World>,
  work: (ports: MemoryPorts) => Promise<unknown>,
  isBegun: (ports: MemoryPorts) => boolean = () => true,
) =>
  besideEachCall(
    ofDataset(
      'registered again',
      world,
      async (ports) => {
        await work(ports).catch(() => undefined)
        await drain(ports)
        ports.world.pause = () => Promise.resolve()
        const isThere = jsonAt(ports.world, 'data/raw/small/dataset.json') !== null
        if (!isThere && eventsIn(ports.world).length > 0) throw new Error('what was imported meanwhile is gone')
        if (!isThere) await registerAgain(ports)
        if (!isImported(ports)) await importInsisting(ports)
      },
      notImported,
    ),
    async (ports) => {
      if (!isBegun(ports)) return
      await registerAgain(ports)
      await importInsisting(ports)
    },
  )

describe('a dataset that is registered again', () => {
  it('is whole though it was being imported before, while any call of that hung', async () => {
    const { faults, wrong } = await registeredMeanwhile(registeredWorld, (ports) => startImport('small', ports))
    expect(wrong).toEqual([])
    expect(faults).toBeGreaterThan(50)
  })

  it('is whole though it was being forgotten before, while any call of that hung', async () => {
    const { wrong } = await registeredMeanwhile(
      importedWorld,
      (ports) => forgetDataset('small', ports),
      isBeingForgotten,
    )
    expect(wrong).toEqual([])
  })
})
