import type { S3Client } from '@aws-sdk/client-s3'
import { parseS3Uri } from '../../contracts/s3-uri.ts'
import type { Config } from '../config.ts'
import { checkBucket } from '../outbound/allowed-bucket.ts'
import { openWebFile } from '../outbound/web-file.ts'
import type { RemoteFiles } from '../storage/ports.ts'
import { openS3File } from './s3-file.ts'

/** Returns the port that opens files of the allowed buckets and of the web. */
export const remoteFiles = (client: S3Client, config: Config): RemoteFiles => ({
  open: async (uri, etag) => {
    if (!uri.startsWith('s3:')) return await openWebFile(uri, { allowLoopback: config.allowLoopback, etag })
    const location = parseS3Uri(uri)
    checkBucket(location.bucket, config)
    return await openS3File(client, location, etag)
  },
})
