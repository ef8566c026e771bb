import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { parseS3Uri } from '../../shared/contracts/s3-uri.ts'
import { createS3Client } from '../copy/put-images.ts'

/** Returns a link to an object of the S3 emulator that is valid for 15 minutes. */
export async function linkTo(s3: string, uri: string): Promise<string> {
  const client = createS3Client(s3)
  try {
    const { bucket, key } = parseS3Uri(uri)
    return await getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }))
  } finally {
    client.destroy()
  }
}

/** Downloads an object to a local file. */
export async function fetchStored(address: string, path: string): Promise<void> {
  const { ok, status, body } = await fetch(address)
  if (!ok || !body) throw new Error(`${address} returned ${status}`)
  await pipeline(body, createWriteStream(path))
}
