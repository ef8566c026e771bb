import type { RequestReport } from '../../shared/platform/observability/request-meter.ts'
import type { Row } from '../report.ts'
import { roundTo } from '../statistics.ts'

/** A call with the servers at one distance: how long it took, and what the meter of its function counted. */
export interface Sample extends RequestReport {
  /** Delay added to each request, in milliseconds. */
  readonly distance: number
  /** How long one request took at this distance in this run: the delay, and by how much its timers fired late. */
  readonly requestMilliseconds: number
  readonly milliseconds: number
}

/** A call at every distance, ascending. */
export interface Figure {
  readonly name: string
  readonly samples: Sample[]
}

/** Returns how much longer a call takes for each millisecond that a request takes longer, by least squares. Pure. */
function toSlope(samples: readonly Pick<Sample, 'requestMilliseconds' | 'milliseconds'>[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const latency = mean(samples.map((sample) => sample.requestMilliseconds))
  const milliseconds = mean(samples.map((sample) => sample.milliseconds))
  const covariance = mean(samples.map((one) => (one.requestMilliseconds - latency) * (one.milliseconds - milliseconds)))
  return covariance / mean(samples.map((one) => (one.requestMilliseconds - latency) ** 2))
}

/** Returns the row of a call. The depth is that at the greatest distance, where processors matter least. Pure. */
export function toRow({ name, samples }: Figure): Row {
  const { requests = {}, depth = 0 } = samples.at(-1) ?? {}
  const slope = toSlope(samples)
  return {
    call: name,
    depth,
    slope: roundTo(slope, 3),
    deviation: Math.round(100 * (slope - depth)) / 100,
    ...Object.fromEntries(samples.map(({ distance, milliseconds }) => [`ms at ${distance}`, roundTo(milliseconds)])),
    requests: Object.entries(requests)
      .map(([kind, count]) => `${count} ${kind}`)
      .toSorted()
      .join(', '),
  }
}

/** Tolerated difference between slope and depth, as other load delays some requests of a chain and not others. */
const MAX_DEVIATION = 0.5

/** Lists a call whose time does not grow as its depth says, or that requests more from farther away. Pure. */
export function findDifferences({ name, samples }: Figure): string[] {
  const slope = toSlope(samples)
  const { depth = 0 } = samples.at(-1) ?? {}
  const total = samples.map(({ requests }) => Object.values(requests).reduce((sum, count) => sum + count, 0))
  return [
    ...(Math.abs(slope - depth) < MAX_DEVIATION
      ? []
      : [`${name} has depth ${depth}, but its time grows by ${roundTo(slope)}`]),
    ...(new Set(total).size === 1 ? [] : [`${name} makes ${total.join(', ')} requests at the different distances`]),
  ]
}
