import { describe, expect, it } from '@jest/globals'
import { randomFrom } from '../../local/seeded-random.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { registerDataset } from '../../shared/datasets/register/register.ts'
import { drain } from '../support/broker/drain.ts'
import { pauseRandomly, shuffled } from '../support/crash/random.ts'
import { REGISTRATION } from '../support/fixtures/small-dataset.ts'
import { SimulatedCrash } from '../support/world/call.ts'
import { memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'
import { wrongInBatch } from './batch-invariants.ts'
import { notCopied, portsOnCopy, selectedWorld } from './copying.ts'
import { wrongInDataset } from './import-invariants.ts'
import { notImported, registeredWorld } from './importing.ts'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
const names = (prefix: string) => Array.from({ length: 10 }, (_, number) => `${prefix}${number}`)

/** Hides these folders, so that each batch or dataset can be checked as if it were alone. */
const without = (world: World, folders: readonly string[]): World => ({
  ...world,
  stored: new Map(
    [...world.stored].filter(([uri]) => !folders.some((folder) => uri.startsWith(`s3://work/${folder}/`))),
  ),
})

/** Crashes workers at one call in a hundred. */
function crashNowAndThen(world: World, seed: number): void {
  const random = randomFrom(seed)
  world.fault = () => (random.chance(0.01) ? random.pick(['before', 'after']) : undefined)
}

describe('ten at once, with workers that crash now and then', () => {
  it.each(SEEDS)('copies ten batches without interference (seed %i)', async (seed) => {
    const batches = names('b')
    const before = await selectedWorld(50, batches)
    const ports = portsOnCopy(before)
    pauseRandomly(ports.world, seed)
    await Promise.all(batches.map((batch) => startCopy(batch, ports)))
    crashNowAndThen(ports.world, seed)
    const errors = await drain(ports, { ...shuffled(seed), inFlight: 8, receives: 50 })
    expect(errors.filter((error) => !(error instanceof SimulatedCrash))).toEqual([])
    for (const batch of batches) {
      const folders = batches.filter((other) => other !== batch).map((other) => `data/${other}`)
      const wrong = wrongInBatch(without(ports.world, folders), batch, without(before, folders))
      expect([...wrong, ...notCopied(ports, batch)]).toEqual([])
    }
  })

  it.each(SEEDS)('imports ten datasets without interference (seed %i)', async (seed) => {
    const datasets = names('d')
    const before = await registeredWorld()
    for (const dataset of datasets)
      await registerDataset(dataset, REGISTRATION, { validateOnly: false }, memoryPorts({ world: before }))
    const ports = portsOnCopy(before)
    pauseRandomly(ports.world, seed)
    await Promise.all(datasets.map((dataset) => startImport(dataset, ports)))
    crashNowAndThen(ports.world, seed)
    const errors = await drain(ports, { ...shuffled(seed), inFlight: 8, receives: 50 })
    expect(errors.filter((error) => !(error instanceof SimulatedCrash))).toEqual([])
    for (const dataset of datasets) {
      const folders = datasets.filter((other) => other !== dataset).map((other) => `data/raw/${other}`)
      const wrong = wrongInDataset(without(ports.world, folders), dataset, without(before, folders))
      expect([...wrong, ...notImported(ports, dataset)]).toEqual([])
    }
  })
})
