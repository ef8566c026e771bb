import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { type Options, parse } from 'csv-parse'
import { parse as parseSync } from 'csv-parse/sync'
import { serveJobs } from '../serve-jobs.ts'
import { createCollector, type ScanJob } from './scan-job.ts'

/** Serves scans with csv-parse, without keeping rows. */
await serveJobs(async (job: ScanJob) => {
  const { add, found } = createCollector(job)
  const options: Options<string[]> = {
    from_line: 2,
    quote: null,
    on_record: (row) => {
      const [imageId = '', , classId = ''] = row as unknown as string[]
      add(imageId, classId)
      return null
    },
  }
  if (job.way === 'sync') parseSync(await readFile(job.path), options)
  else await pipeline(createReadStream(job.path, { highWaterMark: 1 << 20 }), parse(options).resume())
  return found()
})
