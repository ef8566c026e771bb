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

/** What an audit looks at: the bucket as it lies there, and what should be in it. */
export interface Evidence {
  /** Every object of the working bucket. */
  readonly objects: ReadonlyMap<string, Buffer>
  /** Uploads that hold parts, and nobody ended. */
  readonly openUploads: readonly string[]
  /** The images as they are at their source, by id. */
  readonly images: ReadonlyMap<string, Buffer>
  /** Batches that must be copied whole, and datasets that must be ready. */
  readonly batches: readonly string[]
  readonly datasets: readonly string[]
  /** Events as often as they were sent. */
  readonly events: readonly SentEvent[]
  /** What was written twice, as seen by the one who stood before the S3 server. */
  readonly writtenTwice: readonly string[]
}

/** Reads a whole bucket. */
export async function readBucket(s3: S3Client, bucket: string): Promise<Pick<Evidence, 'objects' | 'openUploads'>> {
  const keys: string[] = []
  let after: string | undefined
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: after }))
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

/** Who dies while starting an upload leaves one that nobody knows of: it holds nothing, and costs nothing. */
async function readOpenUploads(s3: S3Client, bucket: string): Promise<string[]> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  const open: string[] = []
  for (const { Key, UploadId } of Uploads) {
    const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket: bucket, Key, UploadId }))
    if (Parts.length > 0) open.push(`${Key} has an open upload of ${Parts.length} parts`)
  }
  return open
}

/** An object as what it says; undefined where it is not there. */
// biome-ignore lint/suspicious/noExplicitAny: objects of every shape are looked into
export const jsonIn = ({ objects }: Pick<Evidence, 'objects'>, key: string): any => {
  const bytes = objects.get(key)
  return bytes && JSON.parse(bytes.toString())
}

/** How the rounds below a folder ended, by number. */
export const endsIn = (evidence: Evidence, folder: string): [round: number, end: ReturnType<typeof jsonIn>][] =>
  [...evidence.objects.keys()]
    .filter((key) => key.startsWith(folder) && /^\d+\.json$/.test(key.slice(folder.length)))
    .map((key): [number, unknown] => [Number.parseInt(key.slice(folder.length), 10), jsonIn(evidence, key)])
    .sort(([left], [right]) => left - right)
