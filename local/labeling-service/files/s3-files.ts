import {
  GetBucketCorsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { s3Location } from './s3-location.ts'

/** Why a file cannot be used, in words for whoever made the request. Anything else that is thrown is a fault. */
export class FileError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FileError'
  }
}

/** What the jobs read and write; addresses are `s3://bucket/key`. All throw FileError. */
export interface Files {
  /** The whole text, at most so many bytes. */
  text(uri: string, mostBytes: number): Promise<string>
  stream(uri: string): Promise<AsyncIterable<Uint8Array>>
  /** The first bytes, and how many there are in all. */
  start(uri: string, bytes: number): Promise<{ readonly bytes: Uint8Array; readonly size: number }>
  put(uri: string, body: string | Uint8Array): Promise<void>
  assertBucket(bucket: string): Promise<void>
  /** Whether pages of every origin may read its objects, and see that they may. */
  allowsPages(bucket: string): Promise<boolean>
  /** An address that a browser can load, such as workers' pages are given. */
  linkTo(uri: string): string
  close(): void
}

/** Files on this S3 server. */
export function s3Files(endpoint: string, region: string): Files {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  const get = (uri: string, Range?: string) =>
    ask(uri, async () => {
      const { bucket, key } = locationOf(uri)
      const { Body, ContentRange, ContentLength } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, Range }),
      )
      if (!Body) throw new FileError(`${uri} has no content`)
      return { body: Body, size: Number(ContentRange?.split('/')[1] ?? ContentLength) }
    })
  return {
    text: async (uri, mostBytes) => {
      const { body, size } = await get(uri, `bytes=0-${mostBytes - 1}`)
      const bytes = await ask(uri, () => body.transformToByteArray())
      if (size > mostBytes) throw new FileError(`${uri} has ${size} bytes; at most ${mostBytes} are read`)
      return decoded(uri, bytes)
    },
    // On Node the SDK's bodies are streams of Node, which can be iterated.
    stream: async (uri) => (await get(uri)).body as unknown as AsyncIterable<Uint8Array>,
    start: async (uri, bytes) => {
      const { body, size } = await get(uri, `bytes=0-${bytes - 1}`)
      return { bytes: await ask(uri, () => body.transformToByteArray()), size }
    },
    put: (uri, Body) =>
      ask(uri, async () => {
        const { bucket, key } = locationOf(uri)
        const ContentType = uri.endsWith('.json') ? 'application/json' : 'application/octet-stream'
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType }))
      }),
    assertBucket: (bucket) =>
      ask(`the bucket ${bucket}`, async () => void (await client.send(new HeadBucketCommand({ Bucket: bucket })))),
    allowsPages: (bucket) => allowsPages(client, bucket),
    linkTo: (uri) => {
      const { bucket, key } = locationOf(uri)
      return `${endpoint}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
    },
    close: () => client.destroy(),
  }
}

function locationOf(uri: string) {
  const location = s3Location(uri)
  if (!location?.key) throw new FileError(`"${uri}" is no s3://bucket/key`)
  return location
}

async function ask<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call()
  } catch (error) {
    // What is empty has no range, not even the first.
    if (error instanceof S3ServiceException && error.name === 'InvalidRange') throw new FileError(`${what} is empty`)
    if (error instanceof S3ServiceException) throw new FileError(`${what} cannot be reached: ${error.name}`)
    throw error
  }
}

function decoded(uri: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new FileError(`${uri} is not UTF-8`)
  }
}

/** The rule that the console sets, and the API never does: without it images do not load for workers. */
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
