import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type RequestKind,
  type RequestMeter,
  type RequestReport,
  requestMeter,
} from '../../../shared/platform/observability/request-meter.ts'
import type { Call } from './call.ts'
import type { World } from './world.ts'

/** What some work requested, and how long it took if each request takes one unit of time and nothing else any. */
export interface MeteredWork<Result> extends RequestReport {
  readonly result: Result
  readonly time: number
}

/**
 * Does some work in a world in which every request takes one unit of time: all outstanding requests are answered
 * together, once the work has nothing left to do but to wait for them. So independent chains run at equal speed, and the
 * depth of the meter is exact.
 */
export async function withVirtualLatency<Result>(
  world: World,
  work: () => Promise<Result>,
): Promise<MeteredWork<Result>> {
  const meter = requestMeter()
  const clock = virtualClock()
  const { pause } = world
  world.pause = (call) => takeTime(call, meter, clock)
  try {
    const result = await work()
    return { result, time: clock.time(), ...meter.report() }
  } finally {
    world.pause = pause
  }
}

/** Waits as long as the requests of a call take. Messages are sent side by side; all others, one after the other. */
async function takeTime(call: Call, meter: RequestMeter, clock: VirtualClock): Promise<void> {
  const kinds = toKinds(call)
  const send = async (kind: RequestKind): Promise<void> => {
    const end = meter.begin(kind)
    await clock.wait()
    end()
  }
  if (call.port === 'messages') await Promise.all(kinds.map(send))
  else for (const kind of kinds) await send(kind)
}

interface VirtualClock {
  /** Waits for one unit of time. */
  wait(): Promise<void>
  time(): number
}

function virtualClock(): VirtualClock {
  let waiting: (() => void)[] = []
  let isRunning = false
  let time = 0
  const run = async (): Promise<void> => {
    isRunning = true
    while (waiting.length > 0) {
      await untilUnchanged(() => waiting.length)
      const due = waiting
      waiting = []
      time += 1
      for (const resolve of due) resolve()
      await untilUnchanged(() => waiting.length)
    }
    isRunning = false
  }
  return {
    wait: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push(resolve)
      if (!isRunning) void run()
      return promise
    },
    time: () => time,
  }
}

/** Two turns of the event loop without a change: whatever could go on has gone on. */
const QUIET_TURNS = 2

async function untilUnchanged(read: () => number): Promise<void> {
  for (let quiet = 0, last = read(); quiet < QUIET_TURNS; ) {
    await nextTurn()
    quiet = read() === last ? quiet + 1 : 0
    last = read()
  }
}

const KINDS: Readonly<Record<string, RequestKind>> = {
  'objects.get': 'GET',
  'objects.put': 'PUT',
  'objects.list': 'LIST',
  'objects.remove': 'DELETE',
  'uploads.start': 'PUT',
  'uploads.part': 'PUT',
  'uploads.abort': 'DELETE',
  'files.open': 'HEAD',
  'files.read': 'GET',
  'files.stream': 'GET',
  'copier.describe': 'HEAD',
  'copier.readRange': 'GET',
  'copier.copy': 'COPY',
  'messages.send': 'SQS',
  'bucket.region': 'HEAD',
  'bucket.corsRules': 'GET',
  'bucket.setCorsRules': 'PUT',
}

/** Returns the requests that the adapters send for a call, in order; none for one to the web. Pure. */
function toKinds({ port, method, key, requests, range }: Call): RequestKind[] {
  // Signing a link.
  if (requests === 0) return []
  if (port === 'downloads' || port === 'receivers' || /^https?:/.test(key)) return []
  if (port === 'labeler' || port === 'workteams') return ['SageMaker']
  if (port === 'uploads' && method === 'complete') return [...Array<RequestKind>(requests - 1).fill('LIST'), 'PUT']
  // An empty range is no valid range of a request: the adapter reads the size instead.
  if (method === 'get' && range && range.start >= range.end) return ['HEAD']
  const kind = KINDS[`${port}.${method}`]
  if (!kind) throw new Error(`No kind of request is known for ${port}.${method}`)
  return Array<RequestKind>(requests).fill(kind)
}
