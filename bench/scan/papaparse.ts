import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import Papa from 'papaparse'
import { serveJobs } from '../serve-jobs.ts'
import { gather, type ScanJob } from './found.ts'

/** Papa Parse in its fast mode, which takes no quotes; the rows of a chunk are let go when they were looked at. */
await serveJobs(async (job: ScanJob) => {
  const { add, found } = gather(job)
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
