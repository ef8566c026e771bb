import { statSync } from 'node:fs'
import { type Child, startChild, startNode } from '../child.ts'
import { type Contender, compare, type Measurement, stopAll } from '../compare.ts'
import { cachedAnnotations } from '../data/cached.ts'
import type { Options } from '../options.ts'
import { pythonVersion } from '../python.ts'
import type { Row, Section } from '../report.ts'
import { roundTo } from '../statistics.ts'
import { TWO_CLASSES, vehicleClass } from './classes.ts'
import type { ScanJob } from './scan-job.ts'

const ROWS = 625_000
const QUICK_ROWS = 125_000
const RUNS = 9
const QUICK_RUNS = 3

/** A program and its methods. The fastest method counts. */
interface Program {
  readonly name: string
  readonly ways: readonly string[]
  start(): Child
}

const ours: Program = { name: 'ours', ways: ['scan'], start: () => startNode(['bench/scan/ours.ts']) }
const python: Program = {
  name: 'Python csv.reader',
  ways: ['notebook'],
  start: () => startChild('python3', ['bench/scan/notebook.py']),
}
const duckdb = (threads: number): Program => ({
  name: `DuckDB, ${threads} thread${threads > 1 ? 's' : ''}`,
  ways: ['text', 'typed', 'quoted', 'sniffed'],
  start: () => startNode(['bench/scan/duckdb.ts', String(threads)]),
})
const PEERS: readonly Program[] = [
  { name: 'csv-parse', ways: ['stream', 'sync'], start: () => startNode(['bench/scan/csv-parse.ts']) },
  { name: 'papaparse', ways: ['step', 'whole', 'stream'], start: () => startNode(['bench/scan/papaparse.ts']) },
  duckdb(1),
  duckdb(2),
]

/** Compares complete scans of a test box file with other programs. */
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
    const standings = await comparePrograms(entrants, job, runs)
    table.push(...toRows(what, standings, megabytes))
    failures.push(...findDisagreements(what, standings))
  }
  return {
    section: 'scan',
    title: `${rows.toLocaleString('en-US')} rows, ${Math.round(megabytes)} MB in a local file, read completely`,
    rows: table,
    notes: [
      `times: duration relative to ours; medians of ${runs} alternating runs after a warm-up, without process start`,
      ...(version === undefined ? ['python3 is not installed: the notebook was skipped'] : [`Python ${version}`]),
    ],
    failures,
  }
}

/** Finds the fastest method of each program, then compares the programs. */
async function comparePrograms(entrants: readonly Program[], job: ScanJob, runs: number): Promise<Measurement[]> {
  const contenders: Contender[] = []
  try {
    for (const { name, ways, start } of entrants) {
      const way = ways.length > 1 ? await findFastestWay(start(), job, ways) : ways[0]
      const shown = ways.length > 1 ? `${name} (${way})` : name
      // A new process, because the peak memory of the old one includes all methods.
      contenders.push({ name: shown, child: start(), job: { ...job, way } })
    }
    return await compare(contenders, runs)
  } finally {
    await stopAll(contenders)
  }
}

async function findFastestWay(child: Child, job: ScanJob, ways: readonly string[]): Promise<string | undefined> {
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

export function toRows(what: string, standings: readonly Measurement[], megabytes: number): Row[] {
  const base = standings[0]
  return standings.map(({ name, milliseconds, firstMilliseconds, cpuMilliseconds, peakMegabytes, spread }) => ({
    what,
    who: name,
    times: base && roundTo(milliseconds / base.milliseconds),
    ms: roundTo(milliseconds),
    'first ms': roundTo(firstMilliseconds),
    'CPU ms': roundTo(cpuMilliseconds),
    'MB/s': roundTo(megabytes / (milliseconds / 1000)),
    'peak MB': Math.round(peakMegabytes),
    'spread %': Math.round(spread * 100),
  }))
}

/** Finds contenders whose images or number of rows differ from those of the first one. */
export function findDisagreements(what: string, standings: readonly Measurement[]): string[] {
  const expected = standings[0]
  const comparable = (result: unknown) => JSON.stringify(result, ['images', 'hash', 'rows'])
  const listKeys = (result: unknown): string[] => Object.keys(result ?? {})
  return standings.flatMap(({ name, result }) => {
    const shared = listKeys(result).filter((key) => listKeys(expected?.result).includes(key))
    const pick = (from: unknown) => JSON.stringify(shared.map((key) => (from as Record<string, unknown>)[key]))
    return shared.length > 0 && pick(result) === pick(expected?.result)
      ? []
      : [`${what}: ${name} found ${comparable(result)}, not ${comparable(expected?.result)}`]
  })
}
