import { ENDPOINT_MEGABYTES, WHOLE_CPU_MEGABYTES } from '../shared/platform/function-size.ts'
import { median, roundTo } from './statistics.ts'

/** The memory limit of the benchmark: a quarter of the smallest memory size of any function. */
export const MAX_MEGABYTES = 256
/** The memory sizes of most functions, which determine the cost per second. */
export const MEMORY_MEGABYTES = { endpoint: ENDPOINT_MEGABYTES, worker: WHOLE_CPU_MEGABYTES }

/** One call of a function. `peakMegabytes` is the peak of the process up to its end. */
export interface CallReport {
  readonly label: string
  readonly milliseconds: number
  readonly peakMegabytes: number
  readonly heapMegabytes: number
}

/** The summary of a function's calls. */
export interface FunctionSummary {
  readonly calls: number
  readonly seconds: number
  readonly longestMilliseconds: number
  readonly longestCall: string
  readonly medianMilliseconds: number
  readonly peakMegabytes: number
  /** The first call that reached the peak. */
  readonly peakCall: string
  readonly gigabyteSeconds: number
}

/** Summarizes calls; undefined if there are none. @param memoryMegabytes configured memory, for the GB-seconds */
export function summarizeCalls(calls: readonly CallReport[], memoryMegabytes: number): FunctionSummary | undefined {
  const peak = calls.reduce((most, { peakMegabytes }) => Math.max(most, peakMegabytes), 0)
  const longest = calls.toSorted((one, other) => other.milliseconds - one.milliseconds)[0]
  if (!longest) return undefined
  const seconds = calls.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000
  return {
    calls: calls.length,
    seconds: roundTo(seconds),
    longestMilliseconds: roundTo(longest.milliseconds),
    longestCall: longest.label,
    medianMilliseconds: roundTo(median(calls.map(({ milliseconds }) => milliseconds))),
    peakMegabytes: Math.round(peak),
    peakCall: calls.find(({ peakMegabytes }) => peakMegabytes === peak)?.label ?? '',
    gigabyteSeconds: roundTo((seconds * memoryMegabytes) / 1024),
  }
}
