import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { serveJobs } from '../serve-jobs.ts'
import { BOX_COLUMNS, type FoundRow, type ImageQuery, toAnswer } from './query.ts'

/** A job: build a Parquet file from a CSV, or query either. */
export type DuckDbJob =
  | { readonly do: 'build'; readonly csv: string; readonly path: string }
  | { readonly do: 'find'; readonly file: 'csv' | 'parquet'; readonly path: string; readonly question: ImageQuery }

const THREADS = '2'
const TEXTS = ['ImageID', 'Source', 'LabelName', 'Confidence']
const TYPES = [...TEXTS, ...BOX_COLUMNS]
  .map((name) => `'${name}': '${TEXTS.includes(name) ? 'VARCHAR' : name.startsWith('Is') ? 'TINYINT' : 'DOUBLE'}'`)
  .join(', ')
/** Smaller groups were slower: reading the metadata of 713 groups of 20,480 rows takes longer than reading the rows. */
const ROW_GROUP_SIZE = 122_880
/** Rows per image to query at first; multiplied by four until there are enough. */
const ROWS_PER_IMAGE = 3
const MAX_ROWS = 1e9

const quoteSql = (path: string): string => `'${path.replaceAll("'", "''")}'`
const csvFile = (path: string): string =>
  `read_csv(${quoteSql(path)}, auto_detect=false, header=true, delim=',', quote='', escape='', new_line='\\n', columns={${TYPES}})`

const instance = await DuckDBInstance.create(':memory:', { threads: THREADS })
const connection = await instance.connect()
await serveJobs(async (job: DuckDbJob) => (job.do === 'build' ? build(job) : find(job)))

/** Builds a file sorted by class and, within a class, by row number. */
async function build({ csv, path }: { readonly csv: string; readonly path: string }) {
  const numbered = `SELECT *, row_number() OVER () AS RowNumber FROM ${csvFile(csv)}`
  const format = `(FORMAT parquet, ROW_GROUP_SIZE ${ROW_GROUP_SIZE})`
  await connection.run(`SET temp_directory = ${quoteSql(`${dirname(path)}/sorting`)}`)
  await connection.run(`COPY (${numbered} ORDER BY LabelName, RowNumber) TO ${quoteSql(path)} ${format}`)
  return { bytes: (await stat(path)).size }
}

/** Queries rows of the class in file order, and more of them if they contain too few images. */
async function find({ file, path, question }: Extract<DuckDbJob, { do: 'find' }>) {
  const { classId, images, from } = question
  const columns = ['ImageID', ...BOX_COLUMNS].join(', ')
  const source = file === 'csv' ? csvFile(path) : quoteSql(path)
  // A CSV has no row numbers, so the rows of the class are numbered in file order.
  const [number, order] = file === 'csv' ? ['row_number() OVER ()', ''] : ['RowNumber', 'ORDER BY RowNumber']
  for (let limit = ROWS_PER_IMAGE * (from + images); ; limit *= 4) {
    const some = `SELECT ${columns}${file === 'csv' ? '' : ', RowNumber'} FROM ${source} WHERE LabelName = '${classId}' ${order} LIMIT ${limit}`
    const reader = await connection.runAndReadAll(`
      WITH found AS MATERIALIZED (SELECT *, ${number} AS place FROM (${some})),
      chosen AS (
        SELECT ImageID, min(place) AS first FROM found GROUP BY ImageID ORDER BY first LIMIT ${images} OFFSET ${from}
      )
      SELECT (SELECT count(DISTINCT ImageID) FROM found), ${columns} FROM found JOIN chosen USING (ImageID) ORDER BY place`)
    const rows = reader.getRows()
    const seen = Number(rows[0]?.[0] ?? 0)
    // The last image may have more rows after the limit, unless another image follows.
    if (seen > from + images || limit > MAX_ROWS)
      return toAnswer(rows.map(([, imageId, ...numbers]): FoundRow => [String(imageId), ...numbers.map(Number)]))
  }
}
