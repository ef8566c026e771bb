import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import * as z from 'zod'
import { startChild, startNode } from '../child.ts'
import { type Contender, contest, stopAll } from '../contest.ts'
import { clientOf } from '../copy/put-images.ts'
import { cachedAnnotations } from '../data/cached.ts'
import type { Options } from '../options.ts'
import { pythonVersion } from '../python.ts'
import type { Section } from '../report.ts'
import { TWO_CLASSES } from '../scan/classes.ts'
import { disagreements, rowsOf } from '../scan/section.ts'
import { rounded } from '../statistics.ts'
import { SOURCE_BUCKET, withServers } from '../with-servers.ts'

const ROWS = 625_000
const QUICK_ROWS = 125_000
const RUNS = 5
const QUICK_RUNS = 3
const KEY = 'boxes.csv'
const ReadCost = z.object({ requests: z.int(), bytes: z.int() })

/** The same scan as in section `scan`, of an object on S3. */
export async function s3Section({ quick }: Options): Promise<Section> {
  const rows = quick ? QUICK_ROWS : ROWS
  const runs = quick ? QUICK_RUNS : RUNS
  const path = cachedAnnotations({ split: 'test', rows, seed: 1 })
  const { size } = await stat(path)
  return await withServers(async ({ s3, environment }) => {
    const client = clientOf(s3)
    const Body = createReadStream(path)
    await client.send(new PutObjectCommand({ Bucket: SOURCE_BUCKET, Key: KEY, Body, ContentLength: size }))
    client.destroy()
    const contenders: Contender[] = []
    try {
      const classes = TWO_CLASSES
      const url = `${s3}/${SOURCE_BUCKET}/${KEY}`
      const child = startNode(['bench/s3/ours.ts'], environment)
      contenders.push({ name: 'ours, by ranges', child, job: { path: `s3://${SOURCE_BUCKET}/${KEY}`, classes } })
      if (pythonVersion() !== undefined)
        contenders.push({
          name: 'download, then Python csv.reader',
          child: startChild('python3', ['bench/scan/notebook.py']),
          job: { url, classes },
        })
      contenders.push({
        name: 'download, then DuckDB, 2 threads (text)',
        child: startNode(['bench/scan/duckdb.ts', '2']),
        job: { url, classes, way: 'text' },
      })
      const standings = await contest(contenders, runs)
      const { requests, bytes } = ReadCost.parse(standings[0]?.result)
      return {
        section: 's3',
        title: `${rows.toLocaleString('en-US')} rows, ${Math.round(size / 1e6)} MB on the embedded S3, read to the end`,
        rows: rowsOf('two classes', standings, size / 1e6),
        notes: [
          `ours: ${requests} requests, ${rounded(bytes / size, 4)} times the file’s bytes, and one HEAD to open it`,
          'the others write the file to disk first, as the notebook does; the S3 server runs on the same two processors',
        ],
        failures: disagreements('two classes', standings),
      }
    } finally {
      await stopAll(contenders)
    }
  })
}
