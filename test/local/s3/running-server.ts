import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach } from '@jest/globals'
import { type S3Server, startS3Server } from '../../../local/s3/server.ts'
import { CREDENTIALS } from '../../support/credentials.ts'

/** The S3 server of the current test, with its own directory. */
export interface RunningServer {
  readonly directory: string
  url: string
  s3: S3Client
  /** Restarts the server on the same directory. */
  restart(): Promise<void>
  put(key: string, body: string): Promise<string>
  text(key: string, bucket?: string): Promise<string>
}

/** The bucket that exists in every test. */
export const Bucket = 'photos'

/** Starts a server with one empty bucket before each test, and removes it afterwards. */
export function serverForEachTest(): RunningServer {
  let server: S3Server
  const running = {
    directory: '',
    url: '',
    s3: new S3Client({}),
    async restart() {
      await server.stop()
      await start()
    },
    async put(Key: string, Body: string) {
      return (await running.s3.send(new PutObjectCommand({ Bucket, Key, Body }))).ETag ?? ''
    },
    async text(Key: string, bucket = Bucket) {
      const { Body } = await running.s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
      return (await Body?.transformToString()) ?? ''
    },
  }

  async function start(): Promise<void> {
    server = await startS3Server({ directory: running.directory, credentials: CREDENTIALS })
    running.url = server.url
    running.s3 = createClient(server.url)
  }

  beforeEach(async () => {
    running.directory = await mkdtemp(join(tmpdir(), 'groundwork-s3-'))
    await start()
    await running.s3.send(new CreateBucketCommand({ Bucket }))
  })
  afterEach(async () => {
    running.s3.destroy()
    await server.stop()
    await rm(running.directory, { recursive: true })
  })
  return running
}

/** Creates a client without retries. */
function createClient(endpoint: string): S3Client {
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: CREDENTIALS, maxAttempts: 1 })
}

/** Returns status and code of the expected error. @throws Error if the call succeeds */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    // All exceptions of the SDK have these members.
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } }
    return `${$metadata?.httpStatusCode} ${name}`
  }
  throw new Error('the call was expected to fail')
}
