import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from '@jest/globals'
import { startResult } from '../../shared/labeling/engine/result/result-job.ts'
import { findWork } from '../../shared/labeling/engine/work.ts'
import { drain } from '../support/broker/drain.ts'
import { catBox, closedWork } from '../support/fixtures/closed-work.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const LINES = Number(process.env.RESULT_LINES ?? 10_000)
const MAX_MEGABYTES = 64

/** Returns the bytes in use, besides what the world in memory stores. */
function usedBytes({ world }: MemoryPorts): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  const stored = [...world.stored.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
  return heapUsed + external - stored
}

it(`writes the result of ${LINES} lines with three opinions each in bounded memory`, async () => {
  const [memory, rounds] = [memoryPorts(), memoryPorts()]
  const answers = [1, 2, 3].map((worker) => ({
    worker,
    answer: 'boxes' as const,
    boxes: Array.from({ length: 5 }, (_, box) => ({ ...catBox(worker / 7), left: 60 * box, width: 50 })),
  }))
  const work = closedWork(memory.world, {
    workersPerObject: 3,
    lines: Array.from({ length: LINES }, () => ({ answers })),
  })
  let [peak, bytes, lines] = [0, 0, 0]
  let before = 0
  const sample = (): void => {
    memory.world.calls.splice(0)
    memory.world.made.splice(0)
    peak = Math.max(peak, usedBytes(memory) - before)
  }
  const ports: MemoryPorts = {
    ...memory,
    // What is only written is not kept. The rounds are apart, as a LIST in memory takes as long as there are objects.
    objects: {
      ...memory.objects,
      get: (key, range) => (key.includes('/rounds/') ? rounds : memory).objects.get(key, range),
      list: (prefix, options) => (prefix.includes('/rounds/') ? rounds : memory).objects.list(prefix, options),
      put: async (key, body, condition) => {
        if (key.endsWith('output.manifest')) lines = Buffer.from(body).toString('utf8').split('\n').length - 1
        return key.startsWith('data/')
          ? '"etag"'
          : (key.includes('/rounds/') ? rounds : memory).objects.put(key, body, condition)
      },
    },
    uploads: {
      start: async () => 'upload',
      part: async (_key, _upload, _number, part) => {
        bytes += part.length
        lines += part.filter((byte) => byte === 0x0a).length
        sample()
      },
      complete: async () => '"etag"',
      abort: async () => undefined,
    },
  }
  before = usedBytes(memory)
  const started = Date.now()
  await startResult(work, ports)
  let deliveries = 0
  await drain(ports, {
    after: async () => {
      deliveries += 1
      if (deliveries % 20 === 0) sample()
    },
  })
  const end = (await findWork(work.job, ports))?.value.end
  expect(end?.counters).toEqual({ labeled: LINES, failed: 0, unlabeled: 0 })
  expect(lines).toBe(LINES)
  if (process.env.RESULT_LINES)
    process.stderr.write(`${LINES} lines, ${bytes} bytes, peak ${peak} bytes, ${Date.now() - started} ms\n`)
  expect(peak / 2 ** 20).toBeLessThan(MAX_MEGABYTES)
})
