import { join } from 'node:path'
import * as z from 'zod'
import type { CsvVersion } from '../../shared/box-index/head.ts'
import { type Answer, type Child, startNode } from '../child.ts'
import { type Contender, contest, type Standing, stopAll } from '../contest.ts'
import type { Part } from '../report.ts'
import { disagreements } from '../scan/section.ts'
import { rounded } from '../statistics.ts'
import type { DuckDbJob } from './duckdb.ts'
import type { OursJob } from './ours.ts'
import type { Question } from './question.ts'
import type { SqliteJob } from './sqlite.ts'

const startOurs = (): Child => startNode([new URL('./ours.ts', import.meta.url).pathname])
const startDuckDb = (): Child => startNode([new URL('./duckdb.ts', import.meta.url).pathname])
const startSqlite = (): Child =>
  startNode([new URL('./sqlite.ts', import.meta.url).pathname], process.env, ['--disable-warning=ExperimentalWarning'])

/** Where the files are that are asked: the published one, our index of it, and those that others make of it. */
export interface Files {
  readonly csv: string
  readonly index: string
  readonly version: CsvVersion
  readonly parquet: string
  readonly database: string
}

export const filesIn = (folder: string, csv: string, version: CsvVersion): Files => ({
  csv,
  version,
  index: join(folder, 'boxes.index'),
  parquet: join(folder, 'boxes.parquet'),
  database: join(folder, 'boxes.sqlite'),
})

/** A file that a peer has made, and what it took. */
export interface BuiltFile {
  readonly name: string
  readonly answer: Answer
  readonly megabytes: number
}

const Built = z.object({ bytes: z.int() })

/** Has the peers make their files, one after another, each in a process that does nothing else. */
export async function buildPeers({ csv, parquet, database }: Files): Promise<BuiltFile[]> {
  const duckdb: DuckDbJob = { do: 'build', csv, path: parquet }
  const sqlite: SqliteJob = { do: 'build', csv, path: database }
  return [
    await built('DuckDB: Parquet by class', startDuckDb(), duckdb),
    await built('sqlite: table and index', startSqlite(), sqlite),
  ]
}

async function built(name: string, child: Child, job: unknown): Promise<BuiltFile> {
  try {
    const answer = await child.run(job)
    return { name, answer, megabytes: Math.round(Built.parse(answer.result).bytes / 1e6) }
  } finally {
    await child.stop()
  }
}

/** What came of one question. */
export interface Asked {
  readonly what: string
  readonly standings: readonly Standing[]
}

/** Asks everybody each question in turn, ours first. */
export async function askAll(
  files: Files,
  questions: readonly (Question & { readonly what: string })[],
  runs: number,
): Promise<Asked[]> {
  const [ours, csv, parquet, sqlite] = [startOurs(), startDuckDb(), startDuckDb(), startSqlite()]
  try {
    const asked: Asked[] = []
    for (const { what, ...question } of questions) {
      const contenders: Contender[] = [
        { name: 'ours, by index', child: ours, job: { ...files, question } satisfies OursJob },
        { name: 'DuckDB, CSV', child: csv, job: duckDbJob('csv', files.csv, question) },
        { name: 'DuckDB, Parquet by class', child: parquet, job: duckDbJob('parquet', files.parquet, question) },
        { name: 'sqlite', child: sqlite, job: { do: 'find', path: files.database, question } satisfies SqliteJob },
      ]
      asked.push({ what, standings: await contest(contenders, runs) })
    }
    return asked
  } finally {
    await stopAll([ours, csv, parquet, sqlite].map((child) => ({ child })))
  }
}

const duckDbJob = (file: 'csv' | 'parquet', path: string, question: Question): DuckDbJob => ({
  do: 'find',
  file,
  path,
  question,
})

/** Pure. */
export function peersPart(asked: readonly Asked[]): Part {
  return {
    rows: asked.flatMap(({ what, standings }) =>
      standings.map(({ name, milliseconds, firstMilliseconds, cpuMilliseconds, peakMegabytes, spread }) => ({
        what,
        who: name,
        times: rounded(milliseconds / (standings[0]?.milliseconds ?? Number.NaN)),
        ms: rounded(milliseconds),
        'first ms': rounded(firstMilliseconds),
        'CPU ms': rounded(cpuMilliseconds),
        'peak MB': Math.round(peakMegabytes),
        'spread %': Math.round(spread * 100),
      })),
    ),
    notes: asked.flatMap(fasterThanOurs),
    failures: asked.flatMap(({ what, standings }) => disagreements(what, standings)),
  }
}

/** Where others are faster, said in so many words. */
function fasterThanOurs({ what, standings: [ours, ...others] }: Asked): string[] {
  return others
    .filter(({ milliseconds }) => ours && milliseconds < ours.milliseconds)
    .map(
      ({ name, milliseconds }) =>
        `${what}: ${name} is faster than ours, ${rounded(milliseconds)} ms to ${rounded(ours?.milliseconds ?? Number.NaN)}`,
    )
}
