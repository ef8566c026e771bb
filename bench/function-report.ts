import { median, rounded } from './statistics.ts'

/** What a function may need: a quarter of the smallest that any of them is given. */
export const MOST_MEGABYTES = 256
/** What serverless.yml gives to endpoints and workers, by which their time is counted. */
export const MEMORY = { endpoint: 1024, worker: 1769 }

/** One call of a function, with its process's peak memory up to its end. */
export interface CallReport {
  readonly label: string
  readonly milliseconds: number
  readonly peakMegabytes: number
  readonly heapMegabytes: number
}

/** What the calls of one function came to. */
export interface FunctionSummary {
  readonly calls: number
  readonly seconds: number
  readonly longestMilliseconds: number
  readonly longestCall: string
  readonly medianMilliseconds: number
  readonly peakMegabytes: number
  /** The call that raised the peak last. */
  readonly peakCall: string
  readonly gigabyteSeconds: number
}

/** @param memoryMegabytes what the function is given, which is what its time costs */
export function summaryOf(calls: readonly CallReport[], memoryMegabytes: number): FunctionSummary | undefined {
  const peak = calls.reduce((most, { peakMegabytes }) => Math.max(most, peakMegabytes), 0)
  const longest = calls.toSorted((one, other) => other.milliseconds - one.milliseconds)[0]
  if (!longest) return undefined
  const seconds = calls.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000
  return {
    calls: calls.length,
    seconds: rounded(seconds),
    longestMilliseconds: rounded(longest.milliseconds),
    longestCall: longest.label,
    medianMilliseconds: rounded(median(calls.map(({ milliseconds }) => milliseconds))),
    peakMegabytes: Math.round(peak),
    peakCall: calls.find(({ peakMegabytes }) => peakMegabytes === peak)?.label ?? '',
    gigabyteSeconds: rounded((seconds * memoryMegabytes) / 1024),
  }
}
