import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as z from 'zod'
import { median } from '../statistics.ts'

const run = promisify(execFile)

const ColdStartTimes = z.object({
  /** Milliseconds of the import and of the first call. */
  import: z.number(),
  call: z.number(),
  cpu: z.number(),
  peakMegabytes: z.number(),
  answer: z.unknown(),
})
type ColdStartTimes = z.infer<typeof ColdStartTimes>

/** A bundle and the event of its first call. */
export interface ColdStartTarget {
  readonly name: string
  readonly bundle: string
  readonly event: string
}

export interface ColdStart extends ColdStartTimes {
  readonly name: string
  /** Milliseconds of import and first call together. */
  readonly total: number
}

/** Measures the cold start of each bundle in fresh processes, in turn, one at a time. Returns medians. */
export async function measureColdStarts(
  program: string,
  bundles: readonly ColdStartTarget[],
  runs: number,
  environment: NodeJS.ProcessEnv,
): Promise<ColdStart[]> {
  const all = bundles.map((): ColdStartTimes[] => [])
  for (let turn = -1; turn < runs; turn++)
    for (const [number, { bundle, event }] of bundles.entries()) {
      const { stdout } = await run(process.execPath, [program, bundle, event], { env: environment })
      // The first turn only warms the file cache.
      if (turn >= 0) all[number]?.push(ColdStartTimes.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')))
    }
  return bundles.map(({ name }, number) => takeMedians(name, all[number] ?? []))
}

function takeMedians(name: string, starts: readonly ColdStartTimes[]): ColdStart {
  const toMedian = (read: (times: ColdStartTimes) => number): number => median(starts.map(read))
  return {
    name,
    import: toMedian((took) => took.import),
    call: toMedian(({ call }) => call),
    total: toMedian((took) => took.import + took.call),
    cpu: toMedian(({ cpu }) => cpu),
    peakMegabytes: toMedian(({ peakMegabytes }) => peakMegabytes),
    answer: starts[0]?.answer,
  }
}
