import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from '@jest/globals'
import { createWork, type NewWork } from '../../shared/labeling/engine/create-work.ts'
import { nextTasks } from '../../shared/labeling/engine/serving/next-tasks.ts'
import { submitAnswer } from '../../shared/labeling/engine/serving/submit-answer.ts'
import type { Work } from '../../shared/labeling/engine/work.ts'
import { labelingKey } from '../../shared/labeling/workers/labeling-key.ts'
import { watch, workerNumber } from '../support/fixtures/open-work.ts'
import { toCopyUri } from '../support/fixtures/pets.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** The largest job. */
const LINES = 100_000
const SHARDS = 1000
const MAX_MEGABYTES = 48
const MANIFEST = 'data/b/manifests/cats-1/input.manifest'

const ORDER: Omit<NewWork, 'sizes'> = {
  job: 'cats-1',
  batch: 'b',
  mode: 'draw',
  labelAttributeName: 'cats-1',
  labels: ['Cat', 'Dog'],
  title: 'Draw boxes',
  description: 'Draw a box around each cat',
  instructions: { short: 'Draw.', full: 'Draw well.' },
  workersPerObject: 3,
  taskTimeLimitSeconds: 300,
  createdAt: '2026-01-02T03:04:05.000Z',
  inputManifestKey: MANIFEST,
  taskAvailabilitySeconds: 86_400,
}

/** Returns the bytes in use, besides what the world in memory stores. */
function usedBytes({ world }: MemoryPorts): number {
  world.calls.length = 0
  world.made.length = 0
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  const stored = [...world.stored.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
  return heapUsed + external - stored
}

/** Creates the job, and samples the memory after every hundredth shard. */
async function createLarge(): Promise<{ readonly ports: MemoryPorts; readonly work: Work; readonly peak: number }> {
  const ports = memoryPorts()
  const uris = Array.from({ length: LINES }, (_, index) => toCopyUri('b', index + 1))
  const manifest = uris.map((uri) => `${JSON.stringify({ 'source-ref': uri })}\n`).join('')
  ports.world.stored.set(`s3://work/${MANIFEST}`, memoryObject(manifest))
  const sizes = new Map(uris.map((uri) => [uri, { width: 400, height: 200 }]))
  const before = usedBytes(ports)
  let [peak, writes] = [0, 0]
  const objects: MemoryPorts['objects'] = {
    ...ports.objects,
    put: async (...args) => {
      writes += 1
      if (writes % 100 === 0) peak = Math.max(peak, usedBytes(ports) - before)
      return await ports.objects.put(...args)
    },
  }
  const work = await createWork({ ...ORDER, sizes }, { ...ports, objects })
  return { ports, work, peak }
}

describe(`a labeling job of ${LINES} images`, () => {
  it('is created in bounded memory, and served and watched as a small one', async () => {
    const { ports, work, peak } = await createLarge()
    expect(work.lines).toBe(LINES)
    expect([...ports.world.stored.keys()].filter((uri) => uri.includes('/shards/'))).toHaveLength(SHARDS)
    expect(peak / 2 ** 20).toBeLessThan(MAX_MEGABYTES)
    const worker = workerNumber(1)
    // As the session of the worker did.
    await labelingKey.findOrCreate(ports)
    ports.world.calls.length = 0
    const reply = await nextTasks('cats-1', worker, {}, ports)
    const countRequests = () => ports.world.calls.splice(0).reduce((sum, { requests }) => sum + requests, 0)
    expect(countRequests()).toBeLessThanOrEqual(9)
    if (reply.state !== 'work') throw new Error(reply.state)
    for (const { line, ticket } of reply.tasks)
      await submitAnswer('cats-1', line, worker, { ticket, submitId: `submit-${line}`, answer: 'empty' }, ports)
    countRequests()
    await nextTasks('cats-1', worker, { finished: reply.block }, ports)
    // The shard, its answers, one of them, and the conditional write; meanwhile, once in a while, what the worker does wrong.
    expect(countRequests()).toBeLessThanOrEqual(5)
    await watch(work, ports)
    // Every shard and the receipts; the message. The first look counts, for the scores of the workers, each shard as well.
    expect(countRequests()).toBeLessThanOrEqual(2 * SHARDS + 10)
    ports.world.now = new Date(ports.world.now.getTime() + 15 * 60_000)
    await watch(work, ports)
    // From then on, only shards that have changed are counted again.
    expect(countRequests()).toBeLessThanOrEqual(SHARDS + 10)
  })
})
