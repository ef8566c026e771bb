import { beforeAll, describe, expect, it } from '@jest/globals'
import type { RequestReport } from '../../shared/platform/observability/request-meter.ts'
import { meteredCalls } from '../support/depth/metered-calls.ts'
import { preparedWorld } from '../support/depth/prepared-world.ts'
import { functionInstance } from '../support/http/function-instance.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { withVirtualLatency } from '../support/world/virtual-latency.ts'
import { copyWorld, type World } from '../support/world/world.ts'

/**
 * What each call requests of S3, SQS and SageMaker, and how many of these requests wait for each other: this many times
 * the latency is what a caller waits for. Lower a number when a call gets faster; docs/performance.md has them too.
 */
const REPORTS: Readonly<Record<string, readonly [depth: number, requests: RequestReport['requests']]>> = {
  'PUT batch, by index': [12, { HEAD: 3, GET: 7, LIST: 1, PUT: 4, SQS: 1 }],
  'its preview': [5, { HEAD: 2, GET: 4, LIST: 1 }],
  'the same PUT again': [2, { GET: 1, LIST: 1 }],
  'the same PUT again, after copying': [3, { GET: 2, LIST: 1 }],
  'GET batch': [3, { GET: 2, LIST: 1 }],
  'POST copy': [4, { GET: 2, LIST: 1, PUT: 1, SQS: 1 }],
  'GET copy, running': [5, { GET: 4, LIST: 2 }],
  'GET copy, finished': [3, { GET: 3, LIST: 1 }],
  'PUT manifest': [9, { GET: 6, LIST: 2, PUT: 3, SQS: 1 }],
  'GET manifest': [1, { GET: 2 }],
  'GET images': [3, { GET: 3, LIST: 1 }],
  'GET images, verified': [4, { GET: 5, LIST: 1 }],
  'GET images, verified, a page of 40': [4, { GET: 4, LIST: 2 }],
  'GET batches': [4, { GET: 4, LIST: 3 }],
  'GET datasets': [2, { GET: 2, LIST: 1 }],
  'GET labeling jobs': [2, { GET: 2, LIST: 1, SageMaker: 1 }],
  'DELETE batch, its preview': [4, { GET: 3, LIST: 2 }],
  'DELETE batch': [13, { GET: 7, LIST: 4, PUT: 1, DELETE: 3 }],
  'DELETE batch, not copied': [7, { GET: 2, LIST: 4, PUT: 1, DELETE: 2 }],
  'DELETE batch, while copying': [3, { GET: 2, LIST: 2 }],
  'PUT labeling job, its preview': [7, { HEAD: 2, GET: 10, LIST: 3, SageMaker: 2 }],
  'PUT labeling job': [20, { HEAD: 3, GET: 14, LIST: 3, PUT: 7, SageMaker: 4 }],
}

let prepared: World
beforeAll(async () => {
  prepared = await preparedWorld()
})

/** Calls an instance of a function in a copy of the prepared world. */
async function meter(
  name: string,
  { isWarm = true }: { isWarm?: boolean } = {},
): Promise<RequestReport & { status: number | undefined; time: number }> {
  const ports = memoryPorts({ world: copyWorld(prepared) })
  const { operationId, request } = meteredCalls().find((call) => call.name === name)!
  const instance = await functionInstance(operationId, ports, request)
  if (isWarm) await instance.warmUp()
  const { result, ...report } = await withVirtualLatency(ports.world, instance.call)
  return { status: result.status, ...report }
}

const toReport = ([depth, requests]: (typeof REPORTS)[string] = [0, {}]): RequestReport => ({ depth, requests })

describe('the list of expected reports', () => {
  it('names exactly the metered calls', () => {
    const names = meteredCalls().map(({ name }) => name)
    expect(Object.keys(REPORTS).sort()).toEqual(names.sort())
  })
})

describe('a warm function', () => {
  it.each(meteredCalls())('answers "$name" with these requests and no more', async ({ name, status }) => {
    const report = toReport(REPORTS[name])
    expect(await meter(name)).toEqual({ status, time: report.depth, ...report })
  })
})

describe('a cold function', () => {
  it('reads the token first', async () => {
    const warm = await meter('GET batch')
    const { GET: gets = 0, ...others } = warm.requests
    expect(await meter('GET batch', { isWarm: false })).toMatchObject({
      depth: warm.depth + 1,
      requests: { GET: gets + 1, ...others },
    })
  })

  it('reads the key of cursors with the first page that has a next one', async () => {
    const warm = await meter('GET batches')
    const { GET: gets = 0, ...others } = warm.requests
    expect(await meter('GET batches', { isWarm: false })).toMatchObject({
      depth: warm.depth + 2,
      requests: { GET: gets + 2, ...others },
    })
  })
})
