import type { Answer, Child } from './child.ts'
import { median, spread } from './statistics.ts'

/** A program to compare with others on the same job. */
export interface Contender {
  readonly name: string
  readonly child: Child
  readonly job: unknown
}

/** The measurement of a contender over all runs. */
export interface Measurement {
  readonly name: string
  readonly milliseconds: number
  /** Duration of the warm-up run, before code was compiled or data cached. */
  readonly firstMilliseconds: number
  readonly cpuMilliseconds: number
  readonly peakMegabytes: number
  /** Interquartile range as a share of the median. */
  readonly spread: number
  readonly result: unknown
}

/** Runs all contenders alternately, so that external load affects all of them: a warm-up each, then `runs` runs. */
export async function compare(contenders: readonly Contender[], runs: number): Promise<Measurement[]> {
  const answers = contenders.map((): Answer[] => [])
  for (let run = 0; run <= runs; run++)
    for (const [number, { child, job }] of contenders.entries()) answers[number]?.push(await child.run(job))
  return contenders.map(({ name }, number) => summarizeRuns(name, answers[number] ?? []))
}

/** Summarizes the runs of a contender; the first one is its warm-up. Pure. */
export function summarizeRuns(name: string, [first, ...answers]: readonly Answer[]): Measurement {
  const times = answers.map(({ milliseconds }) => milliseconds)
  return {
    name,
    milliseconds: median(times),
    firstMilliseconds: first?.milliseconds ?? Number.NaN,
    cpuMilliseconds: median(answers.map(({ cpuMilliseconds }) => cpuMilliseconds)),
    peakMegabytes: Math.max(...answers.map(({ peakMegabytes }) => peakMegabytes)),
    spread: spread(times),
    result: answers.at(-1)?.result,
  }
}

/** Stops the processes of all contenders. */
export const stopAll = async (contenders: readonly Pick<Contender, 'child'>[]): Promise<void> => {
  await Promise.all(contenders.map(({ child }) => child.stop()))
}
