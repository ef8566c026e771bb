import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import pLimit from 'p-limit'
import type { SentEvent } from './events.ts'

const READS_IN_FLIGHT = 32

/** The input of an audit: the content of the bucket and what is expected in it. */
export interface Evidence {
  /** All objects of the working bucket, by key. */
  readonly objects: ReadonlyMap<string, Buffer>
  /** Open multipart uploads with parts. */
  readonly openUploads: readonly string[]
  /** The source images, by id. */
  readonly images: ReadonlyMap<string, Buffer>
  /** Batches that must be completely copied, and datasets that must be ready. */
  readonly batches: readonly string[]
  readonly datasets: readonly string[]
  /** All sent events, including duplicates. */
  readonly events: readonly SentEvent[]
  /** Duplicate writes that the S3 proxy recorded. */
  readonly writtenTwice: readonly string[]
}

/** Reads all objects of a bucket, or those under a prefix, into memory. */
export async function readBucket(
  s3: S3Client,
  bucket: string,
  prefix = '',
): Promise<Pick<Evidence, 'objects' | 'openUploads'>> {
  const keys: string[] = []
  let after: string | undefined
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: after }))
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key))
    after = page.NextContinuationToken
  } while (after !== undefined)
  const limit = pLimit(READS_IN_FLIGHT)
  const read = async (key: string): Promise<[string, Buffer]> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return [key, Buffer.from((await Body?.transformToByteArray()) ?? [])]
  }
  const objects = new Map(await Promise.all(keys.map((key) => limit(() => read(key)))))
  return { objects, openUploads: await readOpenUploads(s3, bucket) }
}

/** Lists open uploads with parts. A crash right after CreateMultipartUpload leaves an empty one, which costs nothing. */
async function readOpenUploads(s3: S3Client, bucket: string): Promise<string[]> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  const open: string[] = []
  for (const { Key, UploadId } of Uploads) {
    const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket: bucket, Key, UploadId }))
    if (Parts.length > 0) open.push(`${Key} has an open upload of ${Parts.length} parts`)
  }
  return open
}

/** Parses an object as JSON. Returns undefined if it does not exist. */
// biome-ignore lint/suspicious/noExplicitAny: objects of any shape are inspected
export const readJson = ({ objects }: Pick<Evidence, 'objects'>, key: string): any => {
  const bytes = objects.get(key)
  return bytes && JSON.parse(bytes.toString())
}

/** Lists the totals of the rounds in a folder, by round number. */
export const listRoundTotals = (
  evidence: Evidence,
  folder: string,
): [round: number, end: ReturnType<typeof readJson>][] =>
  [...evidence.objects.keys()]
    .filter((key) => key.startsWith(folder) && /^\d+\.json$/.test(key.slice(folder.length)))
    .map((key): [number, unknown] => [Number.parseInt(key.slice(folder.length), 10), readJson(evidence, key)])
    .sort(([left], [right]) => left - right)
