import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from '@jest/globals'
import { findWork } from '../../shared/labeling/engine/work.ts'
import { drain } from '../support/broker/drain.ts'
import { catBox, closedWork } from '../support/fixtures/closed-work.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const LINES = Number(process.env.RESULT_LINES ?? 10_000)
const OPINIONS = Number(process.env.RESULT_OPINIONS ?? 3)
const BOXES = Number(process.env.RESULT_BOXES ?? 5)
const MAX_MEGABYTES = 64

/** Counts the requests to S3 since the last time, rounds and output files left out. */
const countRequests = ({ world }: MemoryPorts): number =>
  world.calls.filter(({ port }) => /^(objects|uploads|files)$/.test(port)).reduce((sum, call) => sum + call.requests, 0)

/** Returns the bytes in use, besides what the world in memory stores. */
function usedBytes({ world }: MemoryPorts): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  const stored = [...world.stored.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
  return heapUsed + external - stored
}

it(`collects and consolidates ${LINES} lines with ${OPINIONS} opinions of ${BOXES} boxes each in bounded memory`, async () => {
  const [memory, rounds] = [memoryPorts(), memoryPorts()]
  const answers = Array.from({ length: OPINIONS }, (_, index) => index + 1).map((worker) => ({
    worker,
    answer: 'boxes' as const,
    boxes: Array.from({ length: BOXES }, (_, box) => ({
      ...catBox(worker / 7),
      left: (400 / BOXES) * box + worker / 9,
      width: 320 / BOXES,
    })),
  }))
  const work = closedWork(memory.world, {
    workersPerObject: OPINIONS,
    lines: Array.from({ length: LINES }, () => ({ answers })),
  })
  let [peak, bytes, lines] = [0, 0, 0]
  let [before, requests] = [0, 0]
  const sample = (): void => {
    requests += countRequests(memory)
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
  const { job, workId } = work
  for (let shard = 0; shard < LINES / 100; shard++)
    memory.world.sent.tasks.push({ task: 'shard-closed', job, workId, shard, requestId: 'request-1' })
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
    process.stderr.write(
      `${LINES} lines, ${bytes} bytes, peak ${peak} bytes, ${requests} requests, ${Date.now() - started} ms\n`,
    )
  expect(peak / 2 ** 20).toBeLessThan(MAX_MEGABYTES)
})
