import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import * as z from 'zod'
import { startChild, startNode } from '../child.ts'
import { type Contender, compare, stopAll } from '../compare.ts'
import { createS3Client } from '../copy/put-images.ts'
import { cachedAnnotations } from '../data/cached.ts'
import { linkTo } from '../index/stored.ts'
import type { Options } from '../options.ts'
import { pythonVersion } from '../python.ts'
import type { Section } from '../report.ts'
import { TWO_CLASSES } from '../scan/classes.ts'
import { findDisagreements, toRows } from '../scan/section.ts'
import { roundTo } from '../statistics.ts'
import { SOURCE_BUCKET, withServers } from '../with-servers.ts'

const ROWS = 625_000
const QUICK_ROWS = 125_000
const RUNS = 5
const QUICK_RUNS = 3
const KEY = 'boxes.csv'
const ReadCost = z.object({ requests: z.int(), bytes: z.int() })

/** Measures the scan of section `scan` on an S3 object. */
export async function s3Section({ quick }: Options): Promise<Section> {
  const rows = quick ? QUICK_ROWS : ROWS
  const runs = quick ? QUICK_RUNS : RUNS
  const path = cachedAnnotations({ split: 'test', rows, seed: 1 })
  const { size } = await stat(path)
  return await withServers(async ({ s3, environment }) => {
    const client = createS3Client(s3)
    const Body = createReadStream(path)
    await client.send(new PutObjectCommand({ Bucket: SOURCE_BUCKET, Key: KEY, Body, ContentLength: size }))
    client.destroy()
    const contenders: Contender[] = []
    try {
      const classes = TWO_CLASSES
      const url = await linkTo(s3, `s3://${SOURCE_BUCKET}/${KEY}`)
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
      const standings = await compare(contenders, runs)
      const { requests, bytes } = ReadCost.parse(standings[0]?.result)
      return {
        section: 's3',
        title: `${rows.toLocaleString('en-US')} rows, ${Math.round(size / 1e6)} MB on the S3 emulator, read completely`,
        rows: toRows('two classes', standings, size / 1e6),
        notes: [
          `ours: ${requests} requests, ${roundTo(bytes / size, 4)} times the file’s bytes, and one HEAD to open it`,
          'the others first download the file to disk, as the notebook does; the S3 server shares the processors',
        ],
        failures: findDisagreements('two classes', standings),
      }
    } finally {
      await stopAll(contenders)
    }
  })
}
