import { S3Client } from '@aws-sdk/client-s3'
import { createBucket } from '../../local/bucket.ts'
import { awsEnvironment, externalServers, setEnvironment } from '../../local/environment.ts'
import { REGION } from '../../local/gateway/lambda-context.ts'
import { findLockHolder } from '../../local/s3/directory-lock.ts'
import { startS3Server } from '../../local/s3/server.ts'
import { objectPorts } from '../../shared/platform/aws/object-ports.ts'
import type { Ports } from '../../shared/platform/ports.ts'

type Use<Result> = (ports: Pick<Ports, 'objects' | 'now' | 'newId'>) => Promise<Result>

/** Calls `use` with the bucket of a deployment. */
export async function withDeployedBucket<Result>(bucket: string, use: Use<Result>): Promise<Result> {
  const client = new S3Client({ forcePathStyle: externalServers(process.env).s3 !== undefined })
  try {
    return await use(objectPorts(client, bucket))
  } finally {
    client.destroy()
  }
}

/**
 * Calls `use` with the bucket of `npm run dev`: on the configured S3 server, on the server of the stack that runs on the
 * directory, or else on a server that is started for the call.
 */
export async function withLocalBucket<Result>(directory: string, use: Use<Result>): Promise<Result> {
  setEnvironment(awsEnvironment(process.env))
  const bucket = process.env.GROUNDWORK_BUCKET || 'groundwork'
  const running = externalServers(process.env).s3 ?? (await findLockHolder(directory))
  const own = running === undefined ? await startS3Server({ directory, region: REGION }) : undefined
  const endpoint = running ?? own?.url ?? ''
  const client = new S3Client({ endpoint, forcePathStyle: true })
  try {
    await createBucket(endpoint, bucket)
    return await use(objectPorts(client, bucket))
  } finally {
    client.destroy()
    await own?.stop()
  }
}
