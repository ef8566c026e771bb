import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import pLimit from 'p-limit'
import { KEYS } from '../token.ts'
import { SOURCE_BUCKET } from '../with-servers.ts'
import { jpegLike } from './jpeg.ts'

const IN_FLIGHT = 16

/** Uploads distinct small images as `copy/<id>.jpg`. */
export async function putImages(endpoint: string, imageIds: readonly string[], bytesEach: number): Promise<void> {
  const client = createS3Client(endpoint)
  const limit = pLimit(IN_FLIGHT)
  try {
    await Promise.all(
      imageIds.map((imageId, seed) =>
        limit(() =>
          client.send(
            new PutObjectCommand({
              Bucket: SOURCE_BUCKET,
              Key: `copy/${imageId}.jpg`,
              Body: jpegLike(bytesEach, seed),
              ContentType: 'image/jpeg',
            }),
          ),
        ),
      ),
    )
  } finally {
    client.destroy()
  }
}

/** Creates a client for the S3 emulator. */
export const createS3Client = (endpoint: string): S3Client =>
  new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: KEYS,
  })
