import { describe, expect, it } from '@jest/globals'
import { randomFrom } from '../../local/seeded-random.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { registerDataset } from '../../shared/datasets/register/register.ts'
import { REGISTRATION } from '../support/fixtures/small-dataset.ts'
import { drain } from '../support/world/drain.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { Died, type World } from '../support/world/world.ts'
import { wrongInBatch } from './batch-invariants.ts'
import { chosenWorld, notCopied, portsOver } from './copying.ts'
import { wrongInDataset } from './import-invariants.ts'
import { notImported, registeredWorld } from './importing.ts'
import { shuffled, unevenly } from './random.ts'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
const names = (prefix: string) => Array.from({ length: 10 }, (_, number) => `${prefix}${number}`)

/** Hides what is another's, so that each can be looked at as if it were alone. */
const without = (world: World, folders: readonly string[]): World => ({
  ...world,
  stored: new Map(
    [...world.stored].filter(([uri]) => !folders.some((folder) => uri.startsWith(`s3://work/${folder}/`))),
  ),
})

/** Lets workers die at one call in so many. */
function dyingNowAndThen(world: World, seed: number): void {
  const random = randomFrom(seed)
  world.fault = () => (random.chance(0.01) ? random.pick(['before', 'after']) : undefined)
}

describe('ten at once, whose workers die now and then', () => {
  it.each(SEEDS)('batches being copied do not disturb one another (seed %i)', async (seed) => {
    const batches = names('b')
    const before = await chosenWorld(50, batches)
    const ports = portsOver(before)
    unevenly(ports.world, seed)
    await Promise.all(batches.map((batch) => startCopy(batch, ports)))
    dyingNowAndThen(ports.world, seed)
    const errors = await drain(ports, { ...shuffled(seed), inFlight: 8, receives: 50 })
    expect(errors.filter((error) => !(error instanceof Died))).toEqual([])
    for (const batch of batches) {
      const folders = batches.filter((other) => other !== batch).map((other) => `data/${other}`)
      const wrong = wrongInBatch(without(ports.world, folders), batch, without(before, folders))
      expect([...wrong, ...notCopied(ports, batch)]).toEqual([])
    }
  })

  it.each(SEEDS)('datasets being imported do not disturb one another (seed %i)', async (seed) => {
    const datasets = names('d')
    const before = await registeredWorld()
    for (const dataset of datasets)
      await registerDataset(dataset, REGISTRATION, { validateOnly: false }, memoryPorts({ world: before }))
    const ports = portsOver(before)
    unevenly(ports.world, seed)
    await Promise.all(datasets.map((dataset) => startImport(dataset, ports)))
    dyingNowAndThen(ports.world, seed)
    const errors = await drain(ports, { ...shuffled(seed), inFlight: 8, receives: 50 })
    expect(errors.filter((error) => !(error instanceof Died))).toEqual([])
    for (const dataset of datasets) {
      const folders = datasets.filter((other) => other !== dataset).map((other) => `data/raw/${other}`)
      const wrong = wrongInDataset(without(ports.world, folders), dataset, without(before, folders))
      expect([...wrong, ...notImported(ports, dataset)]).toEqual([])
    }
  })
})
