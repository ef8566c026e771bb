import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { awsEnvironment, keyEnvironment, setEnvironment } from '../../../local/environment.ts'
import { type S3Server, startS3Server } from '../../../local/s3/server.ts'
import { IMAGE_BUCKET, SAMPLE_BUCKET, SAMPLE_DATASETS, SAMPLE_SPLITS } from '../../../local/sample-data/sample.ts'
import { putSampleFiles } from '../../../local/sample-data/sample-files.ts'
import { Registration } from '../../../shared/contracts/dataset.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { sampleFile } from '../../support/fixtures/published.ts'

const readLines = (path: string): string[] => Buffer.from(sampleFile(path)).toString('utf8').split('\n').slice(1, -1)
const imageIdsIn = (path: string): string[] => [...new Set(readLines(path).map((line) => line.slice(0, 16)))]
const readImages = (split: string): string[] =>
  readdirSync(join(import.meta.dirname, '../../../local/sample-data', split, 'images')).sort()

describe('the sample data', () => {
  it.each([
    ['train', 20, 226],
    ['validation', 8, 88],
  ])('of %s contains boxes, metadata and a JPEG for each image', (split, images, boxes) => {
    expect(readLines(`${split}/annotations-bbox.csv`)).toHaveLength(boxes)
    const imageIds = imageIdsIn(`${split}/annotations-bbox.csv`)
    expect(imageIds).toHaveLength(images)
    expect(imageIdsIn(`${split}/images.csv`)).toEqual(imageIds)
    expect(readImages(split)).toEqual(imageIds.map((imageId) => `${imageId}.jpg`).sort())
    for (const name of readImages(split))
      expect([...sampleFile(`${split}/images/${name}`).subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
  })

  it('has author and license of every image', () => {
    const readme = Buffer.from(sampleFile('README.md')).toString('utf8')
    for (const imageId of SAMPLE_SPLITS.flatMap((split) => imageIdsIn(`${split}/images.csv`)))
      expect(readme).toContain(`\`${imageId}\``)
  })

  it.each([
    ['class-descriptions.csv', '6301d51a91632a2199060d3a0c8cd70904c95863f6867a5a7c4d24a031ee4062'],
    ['class-descriptions-boxable.csv', 'f101dfd97c6c2e080d2f7f65b1f7f3b098e25edb975568dfc608332ce90c9f52'],
    ['labels-hierarchy.json', 'a28f06e83c8378c4285d92d768ceda7568a48cac3c02994b6c346df804e7d612'],
  ])('contains %s as published, byte for byte', (path, hash) => {
    expect(createHash('sha256').update(sampleFile(path)).digest('hex')).toBe(hash)
  })

  it('has registrations that the API accepts', () => {
    for (const body of Object.values(SAMPLE_DATASETS)) expect(Registration.parse(body)).toEqual(body)
  })
})

describe('putSampleFiles', () => {
  let server: S3Server
  let directory: string
  let s3: S3Client
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'groundwork-sample-data-'))
    server = await startS3Server({ directory, credentials: CREDENTIALS })
    setEnvironment({ ...awsEnvironment({}), ...keyEnvironment(CREDENTIALS) })
    s3 = new S3Client({ endpoint: server.url, forcePathStyle: true })
  })
  afterEach(async () => {
    s3.destroy()
    await server.stop()
    await rm(directory, { recursive: true })
  })
  const listing = async (bucket: string) => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
    return new Map(Contents.map(({ Key, LastModified }) => [Key, LastModified]))
  }

  it('uploads every file to the location in the registrations', async () => {
    await putSampleFiles(server.url)
    const keys = [...(await listing(SAMPLE_BUCKET)).keys()].map((key) => `s3://${SAMPLE_BUCKET}/${key}`)
    const sources = Object.values(SAMPLE_DATASETS).flatMap((body) => Object.values(body.sources))
    expect(keys.sort()).toEqual([...new Set(sources)].sort())
    const images = SAMPLE_SPLITS.flatMap((split) => readImages(split).map((name) => `${split}/${name}`))
    expect([...(await listing(IMAGE_BUCKET)).keys()].sort()).toEqual(images.sort())
    const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: IMAGE_BUCKET, Key: images[0] }))
    expect(ContentType).toBe('image/jpeg')
    const [split, name] = images[0]!.split('/')
    expect(Buffer.from(await Body!.transformToByteArray()).equals(sampleFile(`${split}/images/${name}`))).toBe(true)
  })

  it('is idempotent and skips existing files', async () => {
    await putSampleFiles(server.url)
    const before = await listing(IMAGE_BUCKET)
    await new Promise((resolve) => setTimeout(resolve, 1100)) // a put would show in the whole seconds of LastModified
    await putSampleFiles(server.url)
    expect(await listing(IMAGE_BUCKET)).toEqual(before)
  })
})
