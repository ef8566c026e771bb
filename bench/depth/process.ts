import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { meteredCalls } from '../../test/support/depth/metered-calls.ts'
import { preparedWorld } from '../../test/support/depth/prepared-world.ts'
import { startRealWorld } from '../../test/support/depth/real-world.ts'
import { serveJobs } from '../serve-jobs.ts'
import type { Figure } from './figures.ts'
import { measureAt } from './measure.ts'

/** What to measure: the distances of the servers in milliseconds, turns at each, and images of the dataset. */
export interface DepthJob {
  readonly distances: readonly number[]
  readonly turns: number
  readonly images: number
}

// Runs the functions and the servers until its standard input ends.
await serveJobs(measureCalls)
process.exit()

async function measureCalls({ distances, turns, images }: DepthJob): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'groundwork-bench-depth-'))
  const world = await preparedWorld({ images, turns: 1 + distances.length * turns })
  const servers = await startRealWorld(world, directory)
  try {
    const figures: Figure[] = meteredCalls().map(({ name }) => ({ name, samples: [] }))
    // The first turn compiles the code, and is not counted.
    await measureAt(0, { first: 0, turns: 1 }, world, servers)
    for (const [step, distance] of distances.entries())
      for (const { name, sample } of await measureAt(distance, { first: 1 + step * turns, turns }, world, servers))
        figures.find((figure) => figure.name === name)?.samples.push(sample)
    return figures
  } finally {
    await servers.stop()
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}
