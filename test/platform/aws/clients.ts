import type { RequestListener } from 'node:http'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { startTestServer } from '../../support/http/test-server.ts'

/** Starts a server with this listener, and returns clients of it with a timeout of 300 ms. */
export async function scripted(listener: RequestListener, maxAttempts = 1) {
  const server = await startTestServer(listener)
  const local = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'hidden' },
    endpoint: server.url,
    maxAttempts,
    requestHandler: { socketTimeout: 300 },
  }
  const s3 = new S3Client({ ...local, forcePathStyle: true })
  const sqs = new SQSClient(local)
  const stop = async () => {
    s3.destroy()
    sqs.destroy()
    await server.stop()
  }
  return { ...server, s3, sqs, stop }
}

/** Returns an error document of S3. @param more further elements */
export const s3Error = (code: string, more = ''): string =>
  `<?xml version="1.0"?><Error><Code>${code}</Code>${more}</Error>`
