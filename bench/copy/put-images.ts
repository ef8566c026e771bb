import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import pLimit from 'p-limit'
import { SOURCE_BUCKET } from '../with-servers.ts'
import { jpegLike } from './jpeg.ts'

const IN_FLIGHT = 16

/** Puts so many small images on the S3 server, as `copy/<id>.jpg`, each another one. */
export async function putImages(endpoint: string, imageIds: readonly string[], bytesEach: number): Promise<void> {
  const client = clientOf(endpoint)
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

/** A client for the embedded server, which takes any credentials. */
export const clientOf = (endpoint: string): S3Client =>
  new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
