import { statSync } from 'node:fs'
import { type Child, startChild, startNode } from '../child.ts'
import { type Contender, contest, type Standing, stopAll } from '../contest.ts'
import { cachedAnnotations } from '../data/cached.ts'
import type { Options } from '../options.ts'
import { pythonVersion } from '../python.ts'
import type { Row, Section } from '../report.ts'
import { rounded } from '../statistics.ts'
import { TWO_CLASSES, vehicleClass } from './classes.ts'
import type { ScanJob } from './found.ts'

const ROWS = 625_000
const QUICK_ROWS = 125_000
const RUNS = 9
const QUICK_RUNS = 3

/** One program, and the ways in which it can do the job: its fastest is the one that counts. */
interface Entrant {
  readonly name: string
  readonly ways: readonly string[]
  start(): Child
}

const ours: Entrant = { name: 'ours', ways: ['scan'], start: () => startNode(['bench/scan/ours.ts']) }
const python: Entrant = {
  name: 'Python csv.reader',
  ways: ['notebook'],
  start: () => startChild('python3', ['bench/scan/notebook.py']),
}
const duckdb = (threads: number): Entrant => ({
  name: `DuckDB, ${threads} thread${threads > 1 ? 's' : ''}`,
  ways: ['text', 'typed', 'quoted', 'sniffed'],
  start: () => startNode(['bench/scan/duckdb.ts', String(threads)]),
})
const PEERS: readonly Entrant[] = [
  { name: 'csv-parse', ways: ['stream', 'sync'], start: () => startNode(['bench/scan/csv-parse.ts']) },
  { name: 'papaparse', ways: ['step', 'whole', 'stream'], start: () => startNode(['bench/scan/papaparse.ts']) },
  duckdb(1),
  duckdb(2),
]

/** Reading a box file of a test split from start to end, beside other ways of doing it. */
export async function scanSection({ quick }: Options): Promise<Section> {
  const rows = quick ? QUICK_ROWS : ROWS
  const runs = quick ? QUICK_RUNS : RUNS
  const path = cachedAnnotations({ split: 'test', rows, seed: 1 })
  const version = pythonVersion()
  const pythons = version === undefined ? [] : [python]
  const megabytes = statSync(path).size / 1e6
  const contests = [
    { what: 'two classes', entrants: [ours, ...pythons, ...PEERS], job: { path, classes: TWO_CLASSES } },
    { what: 'Vehicle, with all below it', entrants: [ours, ...pythons], job: { path, classes: vehicleClass() } },
    {
      what: 'strict row check',
      entrants: [{ ...ours, ways: ['check'] }, ...pythons.map((one) => ({ ...one, ways: ['walk'] }))],
      job: { path, classes: [] },
    },
  ]
  const table: Row[] = []
  const failures: string[] = []
  for (const { what, entrants, job } of contests) {
    const standings = await meet(entrants, job, runs)
    table.push(...rowsOf(what, standings, megabytes))
    failures.push(...disagreements(what, standings))
  }
  return {
    section: 'scan',
    title: `${rows.toLocaleString('en-US')} rows, ${Math.round(megabytes)} MB in a local file, read to the end`,
    rows: table,
    notes: [
      `times: how often our time goes into theirs; medians of ${runs} alternating runs after a warm-up, without process start`,
      ...(version === undefined ? ['no python3 here: the notebook’s loop is left out'] : [`Python ${version}`]),
    ],
    failures,
  }
}

/** Each entrant's fastest way first, then all of them in turn. */
async function meet(entrants: readonly Entrant[], job: ScanJob, runs: number): Promise<Standing[]> {
  const contenders: Contender[] = []
  try {
    for (const { name, ways, start } of entrants) {
      const way = ways.length > 1 ? await fastest(start(), job, ways) : ways[0]
      const shown = ways.length > 1 ? `${name} (${way})` : name
      // Not the process that tried all ways: its memory would be that of the largest.
      contenders.push({ name: shown, child: start(), job: { ...job, way } })
    }
    return await contest(contenders, runs)
  } finally {
    await stopAll(contenders)
  }
}

async function fastest(child: Child, job: ScanJob, ways: readonly string[]): Promise<string | undefined> {
  try {
    const tried: { way: string; milliseconds: number }[] = []
    for (const way of ways) {
      await child.run({ ...job, way })
      tried.push({ way, milliseconds: (await child.run({ ...job, way })).milliseconds })
    }
    return tried.sort((one, other) => one.milliseconds - other.milliseconds)[0]?.way
  } finally {
    await child.stop()
  }
}

export function rowsOf(what: string, standings: readonly Standing[], megabytes: number): Row[] {
  const base = standings[0]
  return standings.map(({ name, milliseconds, firstMilliseconds, cpuMilliseconds, peakMegabytes, spread }) => ({
    what,
    who: name,
    times: base && rounded(milliseconds / base.milliseconds),
    ms: rounded(milliseconds),
    'first ms': rounded(firstMilliseconds),
    'CPU ms': rounded(cpuMilliseconds),
    'MB/s': rounded(megabytes / (milliseconds / 1000)),
    'peak MB': Math.round(peakMegabytes),
    'spread %': Math.round(spread * 100),
  }))
}

/** All who did the same job must have found the same images, and have come to the same number of rows. */
export function disagreements(what: string, standings: readonly Standing[]): string[] {
  const expected = standings[0]
  const comparable = (result: unknown) => JSON.stringify(result, ['images', 'hash', 'rows'])
  const keysOf = (result: unknown): string[] => Object.keys(result ?? {})
  return standings.flatMap(({ name, result }) => {
    const shared = keysOf(result).filter((key) => keysOf(expected?.result).includes(key))
    const pick = (from: unknown) => JSON.stringify(shared.map((key) => (from as Record<string, unknown>)[key]))
    return shared.length > 0 && pick(result) === pick(expected?.result)
      ? []
      : [`${what}: ${name} found ${comparable(result)}, and not ${comparable(expected?.result)}`]
  })
}
