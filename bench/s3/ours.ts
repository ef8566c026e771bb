import { S3Client } from '@aws-sdk/client-s3'
import { readHeader } from '../../shared/open-images/header.ts'
import { remoteFiles } from '../../shared/platform/aws/remote-files.ts'
import { readConfig } from '../../shared/platform/config.ts'
import { metered } from '../../shared/platform/storage/metered.ts'
import { scanRows } from '../../shared/selection/engine/scan.ts'
import { createCollector, type ScanJob } from '../scan/scan-job.ts'
import { serveJobs } from '../serve-jobs.ts'

const client = new S3Client({ forcePathStyle: true })
const files = remoteFiles(client, readConfig(process.env))

/** Serves scans of an S3 object through the adapter of the functions, without a local copy. */
await serveJobs(async (job: ScanJob) => {
  const { ranges } = await files.open(job.path)
  if (!ranges) throw new Error('S3 must support ranges')
  const cost = { requests: 0, bytes: 0 }
  const source = metered(ranges, cost)
  const { addTo, found } = createCollector(job)
  const wanted = { classes: job.classes, skipImages: [], excludeFlags: [] }
  for await (const runs of scanRows(source, await readHeader(source), wanted))
    for (const { imageId, classes } of runs) for (const number of classes) addTo(number, imageId)
  return { ...found(), ...cost }
})
