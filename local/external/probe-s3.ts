import { randomUUID } from 'node:crypto'
import { DeleteBucketCommand, DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import type { S3Workaround } from '../../shared/platform/config.ts'
import { askServer, SHORT_WAIT } from './ask-server.ts'
import { openBucket } from './open-bucket.ts'
import { S3_CONDITIONS, type S3Condition } from './s3-conditions.ts'
import { ServerError } from './server-error.ts'
import type { ExternalServer } from './servers.ts'

/** The conditions that a server ignores, and what does without them. */
export interface S3Report {
  readonly ignored: readonly string[]
  readonly workarounds: readonly S3Workaround[]
}

/**
 * Creates the working bucket on a named server unless it exists, and tries there whether the server honors each
 * condition of a write: some 30 requests. The objects of the probe are removed, and so is a bucket that was created for a
 * server that cannot be used. Atomicity is not tried: a server may honor conditions and still let two writers win.
 * @throws ServerError when the server cannot be used
 */
export async function probeS3(server: ExternalServer, bucket: string): Promise<S3Report> {
  const client = new S3Client({ endpoint: server.url, forcePathStyle: true, ...SHORT_WAIT })
  try {
    const isNew = await openBucket(client, server, bucket)
    try {
      return toReport(server, await listIgnored(client, server, bucket))
    } catch (error) {
      if (isNew) await client.send(new DeleteBucketCommand({ Bucket: bucket })).catch(() => undefined)
      throw error
    }
  } finally {
    client.destroy()
  }
}

async function listIgnored(client: S3Client, server: ExternalServer, bucket: string): Promise<S3Condition[]> {
  const folder = `system/start-probe/${randomUUID()}/`
  try {
    return await askServer(server, `write into the bucket "${bucket}"`, async () => {
      const tried = S3_CONDITIONS.map(async (condition, index) => {
        const place = { client, bucket, key: `${folder}${index}` }
        return (await condition.isHonored(place)) ? [] : [condition]
      })
      // All of them, so that none is at work while its objects are removed.
      await Promise.allSettled(tried)
      return (await Promise.all(tried)).flat()
    })
  } finally {
    await removeFolder(client, bucket, folder).catch(() => undefined)
  }
}

async function removeFolder(client: S3Client, bucket: string, folder: string): Promise<void> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder }))
  for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
}

/** Decides whether the server can be used. Pure. @throws ServerError naming the conditions that nothing does without */
function toReport({ url, variable }: ExternalServer, ignored: readonly S3Condition[]): S3Report {
  const fatal = ignored.filter(({ workaround }) => workaround === undefined).map(({ name }) => name)
  if (fatal.length > 0)
    throw new ServerError(
      `The S3 server at ${url} (${variable}) ignores ${fatal.join(', ')}. Groundwork would lose data on it: use another server.`,
    )
  const workarounds = new Set(ignored.flatMap(({ workaround }) => workaround ?? []))
  return { ignored: ignored.map(({ name }) => name), workarounds: [...workarounds] }
}
