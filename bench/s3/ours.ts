import { S3Client } from '@aws-sdk/client-s3'
import { readHeader } from '../../shared/open-images/header.ts'
import { remoteFiles } from '../../shared/platform/aws/remote-files.ts'
import { readConfig } from '../../shared/platform/config.ts'
import { metered } from '../../shared/platform/storage/metered.ts'
import { scanRows } from '../../shared/selection/engine/scan.ts'
import { gather, type ScanJob } from '../scan/found.ts'
import { serveJobs } from '../serve-jobs.ts'

const client = new S3Client({ forcePathStyle: true })
const files = remoteFiles(client, readConfig(process.env))

/** Our scan of an object on S3, through the adapter that functions use; nothing is kept of it on this machine. */
await serveJobs(async (job: ScanJob) => {
  const { ranges } = await files.open(job.path)
  if (!ranges) throw new Error('S3 knows ranges')
  const cost = { requests: 0, bytes: 0 }
  const source = metered(ranges, cost)
  const { addTo, found } = gather(job)
  const wanted = { classes: job.classes, skipImages: [], excludeFlags: [] }
  for await (const runs of scanRows(source, await readHeader(source), wanted))
    for (const { imageId, classes } of runs) for (const number of classes) addTo(number, imageId)
  return { ...found(), ...cost }
})
