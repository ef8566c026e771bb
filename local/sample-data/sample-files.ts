import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { Credentials } from '../credentials.ts'
import { IMAGE_BUCKET, SAMPLE_BUCKET, SAMPLE_SPLITS, type SampleSplit } from './sample.ts'

interface SampleFile {
  /** Path relative to this folder. */
  readonly path: string
  readonly bucket: string
  readonly key: string
}

const SHARED_FILES = ['class-descriptions.csv', 'class-descriptions-boxable.csv', 'labels-hierarchy.json']
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
}

/**
 * Uploads the sample files to an S3 server and creates their buckets, with the region of the environment.
 * Idempotent: skips objects that exist with the same size. Holds the whole sample, 7 MB, in memory.
 * @param s3Url URL of the server, such as `http://127.0.0.1:9000`
 * @param credentials those that the AWS SDK finds by default
 */
export async function putSampleFiles(s3Url: string, credentials?: Credentials): Promise<void> {
  const s3 = new S3Client({ endpoint: s3Url, forcePathStyle: true, ...(credentials && { credentials }) })
  try {
    const files = await listSampleFiles()
    for (const bucket of [SAMPLE_BUCKET, IMAGE_BUCKET]) {
      await createBucket(s3, bucket)
      const sizes = await listSizes(s3, bucket)
      const own = files.filter((file) => file.bucket === bucket)
      await Promise.all(own.map((file) => putFile(s3, file, sizes.get(file.key))))
    }
  } finally {
    s3.destroy()
  }
}

/** Lists the files of the sample and where they are stored. */
export async function listSampleFiles(): Promise<SampleFile[]> {
  const images = await Promise.all(SAMPLE_SPLITS.map(listImages))
  const annotations = SAMPLE_SPLITS.flatMap((split) => [`${split}/annotations-bbox.csv`, `${split}/images.csv`])
  const metadata = [...SHARED_FILES, ...annotations].map((path) => ({ path, bucket: SAMPLE_BUCKET, key: path }))
  return [...metadata, ...images.flat()]
}

async function listImages(split: SampleSplit): Promise<SampleFile[]> {
  const names = await readdir(join(import.meta.dirname, split, 'images'))
  const jpegs = names.filter((name) => name.endsWith('.jpg'))
  return jpegs.map((name) => ({ path: `${split}/images/${name}`, bucket: IMAGE_BUCKET, key: `${split}/${name}` }))
}

async function createBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    if (name !== 'BucketAlreadyOwnedByYou' && name !== 'BucketAlreadyExists') throw error
  }
}

/** Returns the size of each object in the bucket. The sample fits into one page of 1,000 keys. */
async function listSizes(s3: S3Client, bucket: string): Promise<Map<string, number>> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
  return new Map(Contents.map(({ Key = '', Size = -1 }) => [Key, Size]))
}

async function putFile(s3: S3Client, { path, bucket, key }: SampleFile, size: number | undefined): Promise<void> {
  const body = await readFile(join(import.meta.dirname, path))
  if (body.length === size) return
  const type = CONTENT_TYPES[extname(path)] ?? 'application/octet-stream'
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: type }))
}
