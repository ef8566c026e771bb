import type { Answer, Child } from './child.ts'
import { median, spread } from './statistics.ts'

/** One who does the same job as the others. */
export interface Contender {
  readonly name: string
  readonly child: Child
  readonly job: unknown
}

/** What a contender came to over all runs. */
export interface Standing {
  readonly name: string
  readonly milliseconds: number
  /** Of the warm-up, before anything was compiled or kept. */
  readonly firstMilliseconds: number
  readonly cpuMilliseconds: number
  readonly peakMegabytes: number
  /** Between the quarters, as a share of the median. */
  readonly spread: number
  readonly result: unknown
}

/** Runs all contenders in turn, so that what slows the machine down slows all of them: a warm-up each, then `runs`. */
export async function contest(contenders: readonly Contender[], runs: number): Promise<Standing[]> {
  const answers = contenders.map((): Answer[] => [])
  for (let run = 0; run <= runs; run++)
    for (const [number, { child, job }] of contenders.entries()) answers[number]?.push(await child.run(job))
  return contenders.map(({ name }, number) => standingOf(name, answers[number] ?? []))
}

/** What the runs of one contender come to, of which the first was its warm-up. Pure. */
export function standingOf(name: string, [first, ...answers]: readonly Answer[]): Standing {
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

/** Stops all children, whatever became of the contest. */
export const stopAll = async (contenders: readonly Pick<Contender, 'child'>[]): Promise<void> => {
  await Promise.all(contenders.map(({ child }) => child.stop()))
}
