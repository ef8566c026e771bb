import { currentMeter, type RequestMeter } from '../../shared/platform/observability/request-meter.ts'
import { type MeteredCall, meteredCalls } from '../../test/support/depth/metered-calls.ts'
import { realPorts, type Servers } from '../../test/support/depth/real-ports.ts'
import { functionInstance } from '../../test/support/http/function-instance.ts'
import type { MemoryPorts } from '../../test/support/world/ports.ts'
import type { World } from '../../test/support/world/world.ts'
import { startLatencyProxy } from '../latency-proxy.ts'
import type { Sample } from './figures.ts'

/** The turns to take at one distance, each with batches and jobs of its own. */
export interface Turns {
  readonly first: number
  readonly turns: number
}

/** Measures every call in several turns, with each request taking so many milliseconds more. */
export async function measureAt(
  distance: number,
  { first, turns }: Turns,
  world: World,
  servers: Servers,
): Promise<readonly { readonly name: string; readonly sample: Sample }[]> {
  // A proxy delays both directions.
  const far = (url: string) => startLatencyProxy(url, distance / 2)
  const proxies = await Promise.all([servers.s3, servers.sqs, servers.labeling].map(far))
  const [s3 = '', sqs = '', labeling = ''] = proxies.map(({ url }) => url)
  const { ports, stop } = realPorts(world, { ...servers, s3, sqs, labeling })
  try {
    const samples = new Map<string, CallSample[]>(meteredCalls().map(({ name }) => [name, []]))
    const requests: number[] = []
    for (let turn = first; turn < first + turns; turn++)
      for (const call of meteredCalls(turn)) {
        requests.push(await measureRequest(ports))
        samples.get(call.name)?.push(await measure(call, ports))
      }
    const requestMilliseconds = mean(requests)
    return [...samples].map(([name, taken]) => ({
      name,
      sample: { distance, requestMilliseconds, ...summarize(taken) },
    }))
  } finally {
    stop()
    for (const proxy of proxies) await proxy.stop()
  }
}

/** What was measured of one call. */
type CallSample = Omit<Sample, 'distance' | 'requestMilliseconds'>

/** Measures one request to S3, for an object that does not exist. */
async function measureRequest({ objects }: Pick<MemoryPorts, 'objects'>): Promise<number> {
  const started = performance.now()
  await objects.get('no-such-object')
  return performance.now() - started
}

/** Measures a call of a warm function. @throws Error when it is answered with another status than expected */
async function measure({ name, operationId, request, status }: MeteredCall, ports: MemoryPorts): Promise<CallSample> {
  let meter: RequestMeter | undefined
  // The handler reads the clock within each call.
  const now = () => {
    meter = currentMeter()
    return ports.now()
  }
  const instance = await functionInstance(operationId, { ...ports, now }, request)
  await instance.warmUp()
  const started = performance.now()
  const answer = await instance.call()
  const milliseconds = performance.now() - started
  if (answer.status !== status || !meter) throw new Error(`${name} was answered ${answer.status}: ${answer.body}`)
  return { milliseconds, ...meter.report() }
}

/** Returns the mean time, as for single requests, and the least depth: load on the processors only adds to it. */
function summarize(taken: readonly CallSample[]): CallSample {
  const [least] = taken.toSorted((one, other) => one.depth - other.depth)
  if (!least) throw new Error('A call was not measured')
  return { ...least, milliseconds: mean(taken.map(({ milliseconds }) => milliseconds)) }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
