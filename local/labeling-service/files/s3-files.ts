import {
  GetBucketCorsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { Credentials } from '../../credentials.ts'
import { parseS3Location } from './s3-location.ts'

/** A problem with an input or output file. Its message is shown to the client. */
export class FileError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FileError'
  }
}

/** The files that jobs read and write, by `s3://bucket/key` URI. All functions throw FileError. */
export interface Files {
  /** Reads a UTF-8 file of at most `maxBytes`. */
  text(uri: string, maxBytes: number): Promise<string>
  stream(uri: string): Promise<AsyncIterable<Uint8Array>>
  /** Reads the first bytes of a file. `size` is its total size. */
  start(uri: string, bytes: number): Promise<{ readonly bytes: Uint8Array; readonly size: number }>
  put(uri: string, body: string | Uint8Array): Promise<void>
  assertBucket(bucket: string): Promise<void>
  /** Returns whether the CORS rules of the bucket let the worker pages load its images. */
  allowsPages(bucket: string): Promise<boolean>
  /** Returns the URL of a file in a worker page. It is not signed: nothing loads it, as workers are simulated. */
  linkTo(uri: string): string
  close(): void
}

/** Creates the file access for an S3 server. @param credentials those that the AWS SDK finds by default */
export function s3Files(endpoint: string, region: string, credentials?: Credentials): Files {
  const client = new S3Client({ endpoint, region, forcePathStyle: true, ...(credentials && { credentials }) })
  const get = (uri: string, Range?: string) =>
    callS3(uri, async () => {
      const { bucket, key } = parseLocation(uri)
      const { Body, ContentRange, ContentLength } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, Range }),
      )
      if (!Body) throw new FileError(`${uri} has no content`)
      return { body: Body, size: Number(ContentRange?.split('/')[1] ?? ContentLength) }
    })
  return {
    text: async (uri, maxBytes) => {
      const { body, size } = await get(uri, `bytes=0-${maxBytes - 1}`)
      const bytes = await callS3(uri, () => body.transformToByteArray())
      if (size > maxBytes) throw new FileError(`${uri} must have at most ${maxBytes} bytes, not ${size}`)
      return decodeUtf8(uri, bytes)
    },
    // On Node.js the SDK returns a Readable, which is an async iterable.
    stream: async (uri) => (await get(uri)).body as unknown as AsyncIterable<Uint8Array>,
    start: async (uri, bytes) => {
      const { body, size } = await get(uri, `bytes=0-${bytes - 1}`)
      return { bytes: await callS3(uri, () => body.transformToByteArray()), size }
    },
    put: (uri, Body) =>
      callS3(uri, async () => {
        const { bucket, key } = parseLocation(uri)
        const ContentType = uri.endsWith('.json') ? 'application/json' : 'application/octet-stream'
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType }))
      }),
    assertBucket: (bucket) =>
      callS3(`the bucket ${bucket}`, async () => void (await client.send(new HeadBucketCommand({ Bucket: bucket })))),
    allowsPages: (bucket) => allowsPages(client, bucket),
    linkTo: (uri) => {
      const { bucket, key } = parseLocation(uri)
      return `${endpoint}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
    },
    close: () => client.destroy(),
  }
}

function parseLocation(uri: string) {
  const location = parseS3Location(uri)
  if (!location?.key) throw new FileError(`Invalid S3 URI "${uri}": expected s3://bucket/key`)
  return location
}

async function callS3<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call()
  } catch (error) {
    // Every range of an empty object is invalid.
    if (error instanceof S3ServiceException && error.name === 'InvalidRange') throw new FileError(`${what} is empty`)
    if (error instanceof S3ServiceException) throw new FileError(`${what} cannot be reached: ${error.name}`)
    throw error
  }
}

function decodeUtf8(uri: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new FileError(`${uri} is not UTF-8`)
  }
}

/** Checks for the rule that the console sets. Without it, images do not load in the worker pages. */
async function allowsPages(client: S3Client, bucket: string): Promise<boolean> {
  try {
    const { CORSRules = [] } = await client.send(new GetBucketCorsCommand({ Bucket: bucket }))
    return CORSRules.some(
      ({ AllowedMethods = [], AllowedOrigins = [], ExposeHeaders = [] }) =>
        AllowedMethods.includes('GET') &&
        AllowedOrigins.includes('*') &&
        ExposeHeaders.some((header) => header.toLowerCase() === 'access-control-allow-origin'),
    )
  } catch (error) {
    if (error instanceof S3ServiceException) return false
    throw error
  }
}
