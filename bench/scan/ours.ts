import { rowChecker } from '../../shared/open-images/check-rows.ts'
import { readHeader } from '../../shared/open-images/header.ts'
import { lineBlocks } from '../../shared/platform/storage/line-blocks.ts'
import { readAhead } from '../../shared/platform/storage/read-ahead.ts'
import { scanRows } from '../../shared/selection/engine/scan.ts'
import { fileSource } from '../file-source.ts'
import { serveJobs } from '../serve-jobs.ts'
import { createCollector, type ScanJob } from './scan-job.ts'

/** Serves complete scans, as for a batch of a rare class, or row checks, as in an import. */
await serveJobs(async (job: ScanJob) => (job.way === 'check' ? check(job) : scan(job)))

async function scan(job: ScanJob) {
  const source = await fileSource(job.path)
  try {
    const { addTo, found } = createCollector(job)
    const wanted = { classes: job.classes, skipImages: [], excludeFlags: [] }
    for await (const runs of scanRows(source, await readHeader(source), wanted))
      for (const { imageId, classes } of runs) for (const number of classes) addTo(number, imageId)
    return found()
  } finally {
    await source.close()
  }
}

async function check({ path }: ScanJob) {
  const source = await fileSource(path)
  try {
    const { columns, rowsFrom } = await readHeader(source)
    const { walk, count } = rowChecker(columns)
    for await (const block of lineBlocks(readAhead(source, { from: rowsFrom }), rowsFrom)) if (!walk(block)) break
    const { lines, runs, issue } = count()
    if (issue) throw new Error(issue.message)
    return { rows: lines, images: runs.places.length }
  } finally {
    await source.close()
  }
}
