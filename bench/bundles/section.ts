import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Options } from '../options.ts'
import type { Row, Section } from '../report.ts'
import { rounded } from '../statistics.ts'
import { withServers } from '../with-servers.ts'
import { type Bundle, bundleFunction, bundlePlainly, bundleProgram } from './build.ts'
import { callText, FIRST_CALLS, isExpected } from './calls.ts'
import { type Cold, type ColdStart, coldStarts } from './cold-starts.ts'

const RUNS = 15
const QUICK_RUNS = 3
const EMPTY = 'bench/bundles/empty-handler.ts'
const PLAIN_S3 = 'bench/bundles/plain-s3-handler.ts'
/** The same, bundled as tutorials do it. */
const TUTORIAL = 'bench: plain-s3-handler, bundled as an ES module'

/** Every function as a deployment bundles it: its size, and for some, how long a cold start takes. */
export async function bundlesSection({ quick }: Options): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'groundwork-bench-bundles-'))
  const runs = quick ? QUICK_RUNS : RUNS
  try {
    const bundles = await bundleAll([EMPTY, PLAIN_S3, ...(await functionFiles())], folder)
    const program = await bundleProgram('bench/bundles/cold-start.ts', join(folder, 'cold-start'))
    const cold = await callsOf(bundles, folder)
    const starts = await withServers(({ environment }) => coldStarts(program.path, cold, runs, environment))
    return {
      section: 'bundles',
      title: 'functions as they are deployed: size, and import with a first call in a fresh process',
      rows: rowsOf(bundles, starts),
      notes: [
        `times: import and first call, how often an empty handler’s go into them; medians of ${runs} alternating processes`,
        'without the start of Node itself; S3 is the embedded server; no compile cache, as on Lambda',
      ],
      failures: FIRST_CALLS.flatMap(({ file, expected }) => {
        const answer = starts.find(({ name }) => name === file)?.answer
        return isExpected(answer, expected) ? [] : [`${file} answered ${JSON.stringify(answer).slice(0, 200)}`]
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
  return bundles.set(TUTORIAL, await bundlePlainly(PLAIN_S3, join(folder, 'plainly')))
}

async function callsOf(bundles: ReadonlyMap<string, Bundle>, folder: string): Promise<Cold[]> {
  const calls = [...[EMPTY, PLAIN_S3, TUTORIAL].map((file) => ({ file, event: {} })), ...FIRST_CALLS]
  return Promise.all(
    calls.map(async ({ file, event }, number) => {
      const path = join(folder, `event-${number}.json`)
      await writeFile(path, callText(event))
      return { name: file, bundle: bundles.get(file)?.path ?? '', event: path }
    }),
  )
}

function rowsOf(bundles: ReadonlyMap<string, Bundle>, starts: readonly ColdStart[]): Row[] {
  const empty = starts.find(({ name }) => name === EMPTY)
  return [...bundles].map(([name, { bytes, gzipBytes }]) => {
    const start = starts.find((one) => one.name === name)
    return {
      function: name.replace('functions/', '').replace('bench/bundles/', 'bench: '),
      KB: rounded(bytes / 1000),
      'gzip KB': rounded(gzipBytes / 1000),
      times: start && empty && rounded(start.total / empty.total),
      'import ms': start && rounded(start.import),
      'first call ms': start && rounded(start.call),
      'CPU ms': start && rounded(start.cpu),
      'peak MB': start && Math.round(start.peakMegabytes),
    }
  })
}
