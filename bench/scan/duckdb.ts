import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { serveJobs } from '../serve-jobs.ts'
import { createCollector, type ScanJob } from './scan-job.ts'

const [, , threads = '1'] = process.argv
const NAMES =
  'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside'
const TYPES: Readonly<Record<string, string>> = { XMin: 'DOUBLE', XMax: 'DOUBLE', YMin: 'DOUBLE', YMax: 'DOUBLE' }

/** Returns the columns as text, or with their types. */
const columns = (typed: boolean): string =>
  NAMES.split(',')
    .map(
      (name) =>
        `'${name}': '${(typed && (TYPES[name] ?? (name.startsWith('Is') ? 'TINYINT' : undefined))) || 'VARCHAR'}'`,
    )
    .join(', ')

const READ: Readonly<Record<string, string>> = {
  text: `auto_detect=false, header=true, delim=',', quote='', escape='', new_line='\\n', columns={${columns(false)}}`,
  typed: `auto_detect=false, header=true, delim=',', quote='', escape='', new_line='\\n', columns={${columns(true)}}`,
  quoted: `header=true, delim=',', columns={${columns(false)}}`,
  sniffed: '',
}

const instance = await DuckDBInstance.create(':memory:', { threads })
const connection = await instance.connect()
await serveJobs(async (job: ScanJob) =>
  job.url === undefined
    ? await scan(job, connection)
    : await withDownload(job.url, (path) => scan({ ...job, path }, connection)),
)

async function withDownload<Result>(url: string, use: (path: string) => Promise<Result>): Promise<Result> {
  const path = join(tmpdir(), `groundwork-bench-${process.pid}.csv`)
  try {
    const { body } = await fetch(url)
    if (!body) throw new Error(`${url} has no content`)
    await writeFile(path, body)
    return await use(path)
  } finally {
    await rm(path, { force: true })
  }
}

/** Scans with the CSV reader of DuckDB, which reads only the two columns of the query. */
async function scan(job: ScanJob, session: DuckDBConnection) {
  const { add, wanted, found } = createCollector(job)
  const ids = [...wanted.keys()].map((id) => `'${id}'`).join(', ')
  const options = READ[job.way ?? 'text']
  const file = `read_csv('${job.path.replaceAll("'", "''")}'${options === '' ? '' : `, ${options}`})`
  const reader = await session.runAndReadAll(`SELECT ImageID, LabelName FROM ${file} WHERE LabelName IN (${ids})`)
  const [imageIds = [], classIds = []] = reader.getColumns()
  for (const [at, imageId] of imageIds.entries()) add(String(imageId), String(classIds[at]))
  return found()
}
