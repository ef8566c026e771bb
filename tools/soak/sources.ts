import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import pLimit from 'p-limit'
import type { Registration } from '../../shared/contracts/dataset.ts'

const IMAGE_BUCKET = 'soak-images'
const FILE_BUCKET = 'soak-files'
const CAT = '/m/01yrx'
const WRITES_IN_FLIGHT = 16
/** More than one part of a multipart upload. */
const IMAGE_LIST_BYTES = 9 << 20

/** The registration of the files that `putSources` writes. */
export const REGISTRATION: Registration = {
  title: 'Made-up images',
  sources: {
    annotations: `s3://${FILE_BUCKET}/boxes.csv`,
    classDescriptions: `s3://${FILE_BUCKET}/classes.csv`,
    hierarchy: `s3://${FILE_BUCKET}/hierarchy.json`,
    images: `s3://${FILE_BUCKET}/images.csv`,
  },
  imageLocation: `s3://${IMAGE_BUCKET}/{imageId}.jpg`,
  skipImages: [],
}

const imageId = (number: number): string => number.toString(16).padStart(16, '0')

/** Creates a 400 x 200 JPEG with almost no image data, followed by bytes that are unique to the image. */
function makeImage(id: string): Buffer {
  const header = 'ffd8ffe000104a46494600010100000100010000ffc0001108' + '00c80190' + '03011100021101031101'
  const scan = 'ffda0008010100003f0000ffd9'
  return Buffer.concat([Buffer.from(header + scan, 'hex'), Buffer.from(id.repeat(8))])
}

/** Uploads images with one box of a cat each, and their annotation files. Returns the images by id. */
export async function putSources(s3: S3Client, count: number): Promise<Map<string, Buffer>> {
  for (const Bucket of [IMAGE_BUCKET, FILE_BUCKET]) await s3.send(new CreateBucketCommand({ Bucket }))
  const put = (Bucket: string, Key: string, Body: Buffer | string) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: Key.endsWith('.jpg') ? 'image/jpeg' : 'text/csv' }))
  const images = new Map(Array.from({ length: count }, (_, number) => [imageId(number), makeImage(imageId(number))]))
  const limit = pLimit(WRITES_IN_FLIGHT)
  await Promise.all([...images].map(([id, bytes]) => limit(() => put(IMAGE_BUCKET, `${id}.jpg`, bytes))))
  const rows = [...images.keys()].map((id) => `${id},${CAT},0.25,0.75,0.25,0.75\n`)
  await put(FILE_BUCKET, 'boxes.csv', `ImageID,LabelName,XMin,XMax,YMin,YMax\n${rows.join('')}`)
  await put(FILE_BUCKET, 'classes.csv', `${CAT},Cat\n`)
  await put(FILE_BUCKET, 'hierarchy.json', JSON.stringify({ LabelName: '/m/0bl9f', Subcategory: [{ LabelName: CAT }] }))
  const lines = `ImageID,License\n${[...images.keys()].map((id) => `${id},by\n`).join('')}`
  const other = `${imageId(count)},by\n`
  const more = other.repeat(Math.ceil((IMAGE_LIST_BYTES - lines.length) / other.length))
  await put(FILE_BUCKET, 'images.csv', lines + more)
  return images
}
