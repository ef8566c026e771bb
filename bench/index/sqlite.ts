import { stat } from 'node:fs/promises'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { readHeader } from '../../shared/open-images/header.ts'
import { lineBlocks } from '../../shared/platform/storage/line-blocks.ts'
import { readAhead } from '../../shared/platform/storage/read-ahead.ts'
import { fileSource } from '../file-source.ts'
import { serveJobs } from '../serve-jobs.ts'
import { type FoundRow, type ImageQuery, toAnswer } from './query.ts'

/** A job: build a database from a CSV, or query it. */
export type SqliteJob =
  | { readonly do: 'build'; readonly csv: string; readonly path: string }
  | { readonly do: 'find'; readonly path: string; readonly question: ImageQuery }

/** Without durability, because a failed build is repeated. */
const UNSAFE_AND_FAST = `
  PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
  PRAGMA temp_store = MEMORY; PRAGMA cache_size = -262144;`
const READING = 'PRAGMA mmap_size = 8589934592;'

let find: ((question: ImageQuery) => unknown) | undefined
await serveJobs(async (job: SqliteJob) => {
  if (job.do === 'build') return await build(job)
  find ??= createFinder(new DatabaseSync(job.path, { readOnly: true }))
  return find(job.question)
})

/** Builds a table with one row per CSV row, numbered in file order, with the box columns as text. */
async function build({ csv, path }: { readonly csv: string; readonly path: string }) {
  const database = new DatabaseSync(path)
  database.exec(UNSAFE_AND_FAST)
  database.exec('CREATE TABLE rows (number INTEGER PRIMARY KEY, class TEXT, image TEXT, box TEXT) STRICT; BEGIN')
  await insertRows(csv, database.prepare('INSERT INTO rows (class, image, box) VALUES (?, ?, ?)'))
  database.exec('COMMIT; CREATE INDEX by_class ON rows (class, number, image)')
  database.close()
  return { bytes: (await stat(path)).size }
}

async function insertRows(csv: string, insert: StatementSync): Promise<void> {
  const source = await fileSource(csv)
  const { rowsFrom } = await readHeader(source)
  for await (const { bytes } of lineBlocks(readAhead(source, { from: rowsFrom }), rowsFrom))
    for (const line of Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').split('\n')) {
      if (line === '') continue
      // ImageID,Source,LabelName,Confidence,XMin …
      const [first, second] = [line.indexOf(','), line.indexOf(',', line.indexOf(',') + 1)]
      const third = line.indexOf(',', second + 1)
      const fourth = line.indexOf(',', third + 1)
      insert.run(line.slice(second + 1, third), line.slice(0, first), line.slice(fourth + 1))
    }
  await source.close()
}

/** Finds the images with the index only, then reads the rows of the class from the first image on. */
function createFinder(database: DatabaseSync) {
  database.exec(READING)
  const images = database.prepare('SELECT DISTINCT image FROM rows WHERE class = ? ORDER BY number LIMIT ? OFFSET ?')
  const first = database.prepare('SELECT number FROM rows WHERE class = ? AND image = ? ORDER BY number LIMIT 1')
  const boxes = database.prepare('SELECT image, box FROM rows WHERE class = ? AND number >= ? ORDER BY number')
  return ({ classId, images: count, from }: ImageQuery) => {
    const chosen = images.all(classId, count, from).map(({ image }) => String(image))
    const start = first.get(classId, chosen[0] ?? '')?.number ?? 0
    const rows: FoundRow[] = []
    for (const { image, box } of boxes.iterate(classId, start)) {
      if (!chosen.includes(String(image))) break
      rows.push([String(image), ...String(box).split(',').map(Number)])
    }
    return toAnswer(rows)
  }
}
