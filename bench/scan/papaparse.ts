import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import Papa from 'papaparse'
import { serveJobs } from '../serve-jobs.ts'
import { createCollector, type ScanJob } from './scan-job.ts'

/** Serves scans with Papa Parse in its fast mode without quotes. Rows are released after each chunk. */
await serveJobs(async (job: ScanJob) => {
  const { add, found } = createCollector(job)
  const look = (rows: readonly (readonly string[])[]): void => {
    for (const [imageId = '', , classId = ''] of rows) add(imageId, classId)
  }
  if (job.way === 'stream')
    await new Promise<void>((resolve, reject) =>
      Papa.parse<string[]>(createReadStream(job.path, { highWaterMark: 1 << 20 }), {
        fastMode: true,
        chunk: ({ data }) => look(data),
        complete: () => resolve(),
        error: reject,
      }),
    )
  else if (job.way === 'whole') look(Papa.parse<string[]>(await readFile(job.path, 'latin1'), { fastMode: true }).data)
  else
    Papa.parse<string[]>(await readFile(job.path, 'latin1'), {
      fastMode: true,
      step: ({ data: [imageId = '', , classId = ''] }) => add(imageId, classId),
    })
  return found()
})
