import { S3Client } from '@aws-sdk/client-s3'
import { createBucket } from '../../local/bucket.ts'
import { awsEnvironment, givenServers, setEnvironment } from '../../local/environment.ts'
import { REGION } from '../../local/gateway/lambda-context.ts'
import { serverOn } from '../../local/s3/in-use.ts'
import { startS3Server } from '../../local/s3/server.ts'
import { objectPorts } from '../../shared/platform/aws/object-ports.ts'
import type { Ports } from '../../shared/platform/ports.ts'

type Use<Result> = (ports: Pick<Ports, 'objects' | 'now' | 'newId'>) => Promise<Result>

/** Does something with the bucket of a deployment. */
export async function inDeployment<Result>(bucket: string, use: Use<Result>): Promise<Result> {
  const client = new S3Client({ forcePathStyle: givenServers(process.env).s3 !== undefined })
  try {
    return await use(objectPorts(client, bucket))
  } finally {
    client.destroy()
  }
}

/**
 * Does something with the bucket that `npm run dev` has: on the server that was given, on that of the system that runs
 * on the directory, or, where none does, on one that is started for it.
 */
export async function onThisMachine<Result>(directory: string, use: Use<Result>): Promise<Result> {
  setEnvironment(awsEnvironment(process.env))
  const bucket = process.env.GROUNDWORK_BUCKET || 'groundwork'
  const running = givenServers(process.env).s3 ?? (await serverOn(directory))
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
