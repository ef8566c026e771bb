import { S3Client } from '@aws-sdk/client-s3'
import { createBucket } from '../local/bucket.ts'
import { type Credentials, openCredentials } from '../local/credentials.ts'
import { setAwsEnvironment } from '../local/environment.ts'
import { SHORT_WAIT } from '../local/external/ask-server.ts'
import { openBucket } from '../local/external/open-bucket.ts'
import { type ExternalServer, externalServers } from '../local/external/servers.ts'
import { REGION } from '../local/gateway/lambda-context.ts'
import { ownOrReach } from '../local/ownership/ask-owner.ts'
import type { Ownership } from '../local/ownership/own-directory.ts'
import { startS3Server } from '../local/s3/server.ts'
import { objectPorts } from '../shared/platform/aws/object-ports.ts'
import type { Ports } from '../shared/platform/ports.ts'

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
 * @param program what asks, for those who find the directory in use: `npm run token`
 * @throws ServerError when the configured server cannot be used
 */
export async function withLocalBucket<Result>(directory: string, program: string, use: Use<Result>): Promise<Result> {
  await setAwsEnvironment()
  const bucket = process.env.GROUNDWORK_BUCKET || 'groundwork'
  const { s3 } = externalServers(process.env)
  return s3 ? await useExternal(s3, bucket, use) : await useEmbedded(directory, program, bucket, use)
}

async function useExternal<Result>(server: ExternalServer, bucket: string, use: Use<Result>): Promise<Result> {
  const client = new S3Client({ endpoint: server.url, forcePathStyle: true, ...SHORT_WAIT })
  try {
    await openBucket(client, server, bucket)
    // Every server that npm run dev accepts honors the conditions of single deletions.
    return await use(objectPorts(client, bucket, ['delete-one-by-one']))
  } finally {
    client.destroy()
  }
}

async function useEmbedded<Result>(
  directory: string,
  program: string,
  bucket: string,
  use: Use<Result>,
): Promise<Result> {
  const found = await ownOrReach(directory, { program, isBrief: true })
  if (typeof found === 'string') return await useBucket(found, await openCredentials(directory), bucket, use)
  return await useOwn(found, directory, bucket, use).finally(found.release)
}

async function useOwn<Result>(owner: Ownership, directory: string, bucket: string, use: Use<Result>): Promise<Result> {
  const credentials = await openCredentials(directory)
  const server = await startS3Server({ directory, owner, credentials, region: REGION })
  return await useBucket(server.url, credentials, bucket, use).finally(server.stop)
}

async function useBucket<Result>(
  endpoint: string,
  credentials: Credentials,
  bucket: string,
  use: Use<Result>,
): Promise<Result> {
  const client = new S3Client({ endpoint, forcePathStyle: true, credentials, ...SHORT_WAIT })
  try {
    await createBucket(endpoint, bucket, credentials)
    return await use(objectPorts(client, bucket))
  } finally {
    client.destroy()
  }
}
