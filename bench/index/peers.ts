import { join } from 'node:path'
import * as z from 'zod'
import type { CsvVersion } from '../../shared/box-index/head.ts'
import { type Answer, type Child, startNode } from '../child.ts'
import { type Contender, compare, type Measurement, stopAll } from '../compare.ts'
import type { Part } from '../report.ts'
import { findDisagreements } from '../scan/section.ts'
import { roundTo } from '../statistics.ts'
import type { DuckDbJob } from './duckdb.ts'
import type { OursJob } from './ours.ts'
import type { ImageQuery } from './query.ts'
import type { SqliteJob } from './sqlite.ts'

const startOurs = (): Child => startNode([new URL('./ours.ts', import.meta.url).pathname])
const startDuckDb = (): Child => startNode([new URL('./duckdb.ts', import.meta.url).pathname])
const startSqlite = (): Child =>
  startNode([new URL('./sqlite.ts', import.meta.url).pathname], process.env, ['--disable-warning=ExperimentalWarning'])

/** Paths of the files to query: the CSV, our index, and the files of peers. */
export interface Files {
  readonly csv: string
  readonly index: string
  readonly version: CsvVersion
  readonly parquet: string
  readonly database: string
}

export const toFiles = (folder: string, csv: string, version: CsvVersion): Files => ({
  csv,
  version,
  index: join(folder, 'boxes.index'),
  parquet: join(folder, 'boxes.parquet'),
  database: join(folder, 'boxes.sqlite'),
})

/** A file that a peer built, and the cost of building it. */
export interface BuiltFile {
  readonly name: string
  readonly answer: Answer
  readonly megabytes: number
}

const Built = z.object({ bytes: z.int() })

/** Builds the files of the peers sequentially, each in its own process. */
export async function buildPeers({ csv, parquet, database }: Files): Promise<BuiltFile[]> {
  const duckdb: DuckDbJob = { do: 'build', csv, path: parquet }
  const sqlite: SqliteJob = { do: 'build', csv, path: database }
  return [
    await buildFile('DuckDB: Parquet by class', startDuckDb(), duckdb),
    await buildFile('sqlite: table and index', startSqlite(), sqlite),
  ]
}

async function buildFile(name: string, child: Child, job: unknown): Promise<BuiltFile> {
  try {
    const answer = await child.run(job)
    return { name, answer, megabytes: Math.round(Built.parse(answer.result).bytes / 1e6) }
  } finally {
    await child.stop()
  }
}

/** The measurements of one query. */
export interface QueryResult {
  readonly what: string
  readonly measurements: readonly Measurement[]
}

/** Runs each query with all contenders, ours first. */
export async function queryAll(
  files: Files,
  questions: readonly (ImageQuery & { readonly what: string })[],
  runs: number,
): Promise<QueryResult[]> {
  const [ours, csv, parquet, sqlite] = [startOurs(), startDuckDb(), startDuckDb(), startSqlite()]
  try {
    const results: QueryResult[] = []
    for (const { what, ...question } of questions) {
      const contenders: Contender[] = [
        { name: 'ours, by index', child: ours, job: { ...files, question } satisfies OursJob },
        { name: 'DuckDB, CSV', child: csv, job: duckDbJob('csv', files.csv, question) },
        { name: 'DuckDB, Parquet by class', child: parquet, job: duckDbJob('parquet', files.parquet, question) },
        { name: 'sqlite', child: sqlite, job: { do: 'find', path: files.database, question } satisfies SqliteJob },
      ]
      results.push({ what, measurements: await compare(contenders, runs) })
    }
    return results
  } finally {
    await stopAll([ours, csv, parquet, sqlite].map((child) => ({ child })))
  }
}

const duckDbJob = (file: 'csv' | 'parquet', path: string, question: ImageQuery): DuckDbJob => ({
  do: 'find',
  file,
  path,
  question,
})

/** Reports the query results. Pure. */
export function toPeersPart(results: readonly QueryResult[]): Part {
  return {
    rows: results.flatMap(({ what, measurements }) =>
      measurements.map(({ name, milliseconds, firstMilliseconds, cpuMilliseconds, peakMegabytes, spread }) => ({
        what,
        who: name,
        times: roundTo(milliseconds / (measurements[0]?.milliseconds ?? Number.NaN)),
        ms: roundTo(milliseconds),
        'first ms': roundTo(firstMilliseconds),
        'CPU ms': roundTo(cpuMilliseconds),
        'peak MB': Math.round(peakMegabytes),
        'spread %': Math.round(spread * 100),
      })),
    ),
    notes: results.flatMap(noteFasterPeers),
    failures: results.flatMap(({ what, measurements }) => findDisagreements(what, measurements)),
  }
}

/** Notes the peers that are faster than ours. */
function noteFasterPeers({ what, measurements: [ours, ...others] }: QueryResult): string[] {
  return others
    .filter(({ milliseconds }) => ours && milliseconds < ours.milliseconds)
    .map(
      ({ name, milliseconds }) =>
        `${what}: ${name} is faster than ours, ${roundTo(milliseconds)} ms to ${roundTo(ours?.milliseconds ?? Number.NaN)}`,
    )
}
