import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Options } from '../options.ts'
import type { Row, Section } from '../report.ts'
import { roundTo } from '../statistics.ts'
import { withServers } from '../with-servers.ts'
import { type Bundle, bundleFunction, bundleProgram, bundleUnoptimized } from './build.ts'
import { callText, FIRST_CALLS, isExpected } from './calls.ts'
import { type ColdStart, type ColdStartTarget, measureColdStarts } from './cold-starts.ts'

const RUNS = 15
const QUICK_RUNS = 3
const EMPTY = 'bench/bundles/empty-handler.ts'
const PLAIN_S3 = 'bench/bundles/plain-s3-handler.ts'
/** The same function without the bundler options of the deployment. */
const TUTORIAL = 'bench: plain-s3-handler, bundled as an ES module'

/** Measures the bundle size of every function, and the cold start of some. */
export async function bundlesSection({ quick }: Options): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'groundwork-bench-bundles-'))
  const runs = quick ? QUICK_RUNS : RUNS
  try {
    const bundles = await bundleAll([EMPTY, PLAIN_S3, ...(await functionFiles())], folder)
    const program = await bundleProgram('bench/bundles/cold-start.ts', join(folder, 'cold-start'))
    const cold = await writeTargets(bundles, folder)
    const starts = await withServers(({ environment }) => measureColdStarts(program.path, cold, runs, environment))
    return {
      section: 'bundles',
      title: 'deployed functions: bundle size, and import and first call in a fresh process',
      rows: toRows(bundles, starts),
      notes: [
        `times: import and first call relative to those of an empty handler; medians of ${runs} alternating processes`,
        'without the start of Node.js itself; S3 is the local emulator; no compile cache, as on Lambda',
      ],
      failures: FIRST_CALLS.flatMap(({ file, expected }) => {
        const answer = starts.find(({ name }) => name === file)?.answer
        return isExpected(answer, expected) ? [] : [`${file} returned ${JSON.stringify(answer).slice(0, 200)}`]
      }),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function functionFiles(): Promise<string[]> {
  const names = await readdir(new URL('../../functions/', import.meta.url), { recursive: true })
  const files = names.filter((name) => name.endsWith('.ts'))
  return files.toSorted().map((name) => `functions/${name.replaceAll('\\', '/')}`)
}

async function bundleAll(files: readonly string[], folder: string): Promise<Map<string, Bundle>> {
  const bundles = new Map<string, Bundle>()
  for (const file of files) bundles.set(file, await bundleFunction(file, join(folder, file.replace(/\.ts$/, ''))))
  return bundles.set(TUTORIAL, await bundleUnoptimized(PLAIN_S3, join(folder, 'plainly')))
}

async function writeTargets(bundles: ReadonlyMap<string, Bundle>, folder: string): Promise<ColdStartTarget[]> {
  const calls = [...[EMPTY, PLAIN_S3, TUTORIAL].map((file) => ({ file, event: {} })), ...FIRST_CALLS]
  return Promise.all(
    calls.map(async ({ file, event }, number) => {
      const path = join(folder, `event-${number}.json`)
      await writeFile(path, callText(event))
      return { name: file, bundle: bundles.get(file)?.path ?? '', event: path }
    }),
  )
}

function toRows(bundles: ReadonlyMap<string, Bundle>, starts: readonly ColdStart[]): Row[] {
  const empty = starts.find(({ name }) => name === EMPTY)
  return [...bundles].map(([name, { bytes, gzipBytes }]) => {
    const start = starts.find((one) => one.name === name)
    return {
      function: name.replace('functions/', '').replace('bench/bundles/', 'bench: '),
      KB: roundTo(bytes / 1000),
      'gzip KB': roundTo(gzipBytes / 1000),
      times: start && empty && roundTo(start.total / empty.total),
      'import ms': start && roundTo(start.import),
      'first call ms': start && roundTo(start.call),
      'CPU ms': start && roundTo(start.cpu),
      'peak MB': start && Math.round(start.peakMegabytes),
    }
  })
}
