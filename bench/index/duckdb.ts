import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { serveJobs } from '../serve-jobs.ts'
import { answerOf, BOX_COLUMNS, type FoundRow, type Question } from './question.ts'

/** To make a Parquet file of a CSV, or to answer from either. */
export type DuckDbJob =
  | { readonly do: 'build'; readonly csv: string; readonly path: string }
  | { readonly do: 'find'; readonly file: 'csv' | 'parquet'; readonly path: string; readonly question: Question }

const THREADS = '2'
const TEXTS = ['ImageID', 'Source', 'LabelName', 'Confidence']
const TYPES = [...TEXTS, ...BOX_COLUMNS]
  .map((name) => `'${name}': '${TEXTS.includes(name) ? 'VARCHAR' : name.startsWith('Is') ? 'TINYINT' : 'DOUBLE'}'`)
  .join(', ')
/** Smaller ones were slower: 713 of 20,480 rows take longer to know than to read. */
const ROW_GROUP_SIZE = 122_880
/** Rows that are asked for at first for each image that is wanted; then four times as many, and so on. */
const ROWS_EACH = 3
const MOST_ROWS = 1e9

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`
const csvFile = (path: string): string =>
  `read_csv(${quoted(path)}, auto_detect=false, header=true, delim=',', quote='', escape='', new_line='\\n', columns={${TYPES}})`

const instance = await DuckDBInstance.create(':memory:', { threads: THREADS })
const connection = await instance.connect()
await serveJobs(async (job: DuckDbJob) => (job.do === 'build' ? build(job) : find(job)))

/** The rows by class, in the order of the file in each, which their numbers tell. */
async function build({ csv, path }: { readonly csv: string; readonly path: string }) {
  const numbered = `SELECT *, row_number() OVER () AS RowNumber FROM ${csvFile(csv)}`
  const format = `(FORMAT parquet, ROW_GROUP_SIZE ${ROW_GROUP_SIZE})`
  await connection.run(`SET temp_directory = ${quoted(`${dirname(path)}/sorting`)}`)
  await connection.run(`COPY (${numbered} ORDER BY LabelName, RowNumber) TO ${quoted(path)} ${format}`)
  return { bytes: (await stat(path)).size }
}

/** Asks for some rows of the class, which come in the order of the file, and for more where they hold too few images. */
async function find({ file, path, question }: Extract<DuckDbJob, { do: 'find' }>) {
  const { classId, images, from } = question
  const columns = ['ImageID', ...BOX_COLUMNS].join(', ')
  const source = file === 'csv' ? csvFile(path) : quoted(path)
  // A CSV has no row numbers: its rows of the class are numbered as they come.
  const [number, order] = file === 'csv' ? ['row_number() OVER ()', ''] : ['RowNumber', 'ORDER BY RowNumber']
  for (let limit = ROWS_EACH * (from + images); ; limit *= 4) {
    const some = `SELECT ${columns}${file === 'csv' ? '' : ', RowNumber'} FROM ${source} WHERE LabelName = '${classId}' ${order} LIMIT ${limit}`
    const reader = await connection.runAndReadAll(`
      WITH found AS MATERIALIZED (SELECT *, ${number} AS place FROM (${some})),
      chosen AS (
        SELECT ImageID, min(place) AS first FROM found GROUP BY ImageID ORDER BY first LIMIT ${images} OFFSET ${from}
      )
      SELECT (SELECT count(DISTINCT ImageID) FROM found), ${columns} FROM found JOIN chosen USING (ImageID) ORDER BY place`)
    const rows = reader.getRows()
    const seen = Number(rows[0]?.[0] ?? 0)
    // The last image may go on behind the rows that were asked for, unless there is another one.
    if (seen > from + images || limit > MOST_ROWS)
      return answerOf(rows.map(([, imageId, ...numbers]): FoundRow => [String(imageId), ...numbers.map(Number)]))
  }
}
