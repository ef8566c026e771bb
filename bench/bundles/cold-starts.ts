import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as z from 'zod'
import { median } from '../statistics.ts'

const run = promisify(execFile)

const Took = z.object({
  /** Milliseconds to import the bundle, and of its handler's first call. */
  import: z.number(),
  call: z.number(),
  cpu: z.number(),
  peakMegabytes: z.number(),
  answer: z.unknown(),
})
type Took = z.infer<typeof Took>

/** A bundle, and the event of its first call. */
export interface Cold {
  readonly name: string
  readonly bundle: string
  readonly event: string
}

export interface ColdStart extends Took {
  readonly name: string
  /** Import and first call. */
  readonly total: number
}

/** Starts each bundle in fresh processes, all in turn, one at a time. */
export async function coldStarts(
  program: string,
  bundles: readonly Cold[],
  runs: number,
  environment: NodeJS.ProcessEnv,
): Promise<ColdStart[]> {
  const all = bundles.map((): Took[] => [])
  for (let turn = -1; turn < runs; turn++)
    for (const [number, { bundle, event }] of bundles.entries()) {
      const { stdout } = await run(process.execPath, [program, bundle, event], { env: environment })
      // The first turn only brings the files into the machine's memory.
      if (turn >= 0) all[number]?.push(Took.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')))
    }
  return bundles.map(({ name }, number) => middleOf(name, all[number] ?? []))
}

function middleOf(name: string, starts: readonly Took[]): ColdStart {
  const of = (figure: (took: Took) => number): number => median(starts.map(figure))
  return {
    name,
    import: of((took) => took.import),
    call: of(({ call }) => call),
    total: of((took) => took.import + took.call),
    cpu: of(({ cpu }) => cpu),
    peakMegabytes: of(({ peakMegabytes }) => peakMegabytes),
    answer: starts[0]?.answer,
  }
}
