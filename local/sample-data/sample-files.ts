import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { IMAGE_BUCKET, SAMPLE_BUCKET, SAMPLE_SPLITS, type SampleSplit } from './sample.ts'

interface SampleFile {
  /** Path in this folder. */
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
 * Puts the sample's files on an S3 server, in buckets that it makes. What is there with the same size stays,
 * so it can be called again. Holds the sample in memory once: 7 MB.
 * @param s3Url the server's address, such as `http://127.0.0.1:9000`
 */
export async function putSampleFiles(s3Url: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const s3 = new S3Client({ endpoint: s3Url, region: 'us-east-1', forcePathStyle: true, credentials })
  try {
    const files = await sampleFiles()
    for (const bucket of [SAMPLE_BUCKET, IMAGE_BUCKET]) {
      await createBucket(s3, bucket)
      const sizes = await sizesIn(s3, bucket)
      const own = files.filter((file) => file.bucket === bucket)
      await Promise.all(own.map((file) => putFile(s3, file, sizes.get(file.key))))
    }
  } finally {
    s3.destroy()
  }
}

async function sampleFiles(): Promise<SampleFile[]> {
  const images = await Promise.all(SAMPLE_SPLITS.map(imagesOf))
  const annotations = SAMPLE_SPLITS.flatMap((split) => [`${split}/annotations-bbox.csv`, `${split}/images.csv`])
  const metadata = [...SHARED_FILES, ...annotations].map((path) => ({ path, bucket: SAMPLE_BUCKET, key: path }))
  return [...metadata, ...images.flat()]
}

async function imagesOf(split: SampleSplit): Promise<SampleFile[]> {
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

/** The bucket's objects: the sample is far below the 1,000 of one page. */
async function sizesIn(s3: S3Client, bucket: string): Promise<Map<string, number>> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
  return new Map(Contents.map(({ Key = '', Size = -1 }) => [Key, Size]))
}

async function putFile(s3: S3Client, { path, bucket, key }: SampleFile, size: number | undefined): Promise<void> {
  const body = await readFile(join(import.meta.dirname, path))
  if (body.length === size) return
  const type = CONTENT_TYPES[extname(path)] ?? 'application/octet-stream'
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: type }))
}
