import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { awsEnvironment, keyEnvironment, setEnvironment } from '../../../local/environment.ts'
import { probeS3 } from '../../../local/external/probe-s3.ts'
import { type S3Server, startS3Server } from '../../../local/s3/server.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { type Ignored, startIgnorantServer } from '../../support/http/ignorant-server.ts'

let directory: string
let honest: S3Server
let s3: S3Client
const stops: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  setEnvironment({ ...awsEnvironment({}), ...keyEnvironment(CREDENTIALS) })
  directory = await mkdtemp(join(tmpdir(), 'probe-'))
  honest = await startS3Server({ directory, credentials: CREDENTIALS })
  s3 = new S3Client({ endpoint: honest.url, forcePathStyle: true })
})
afterEach(async () => {
  s3.destroy()
  for (const stop of stops.splice(0)) await stop()
  await honest.stop()
  await rm(directory, { recursive: true })
})

async function probe(...ignored: Ignored[]) {
  const { url, stop } = await startIgnorantServer(honest.url, ignored)
  stops.push(stop)
  return { url, report: probeS3({ kind: 'S3 server', variable: 'AWS_ENDPOINT_URL_S3', url }, 'work') }
}

const listBuckets = async () => (await s3.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name) ?? []
const listKeys = async () => (await s3.send(new ListObjectsV2Command({ Bucket: 'work' }))).Contents ?? []

describe('probeS3', () => {
  it('finds nothing ignored on a server that honors all conditions, creates the bucket and leaves it empty', async () => {
    const { report } = await probe()
    expect(await report).toEqual({ ignored: [], workarounds: [] })
    expect([await listBuckets(), await listKeys()]).toEqual([['work'], []])
  })

  it.each([
    ['create', 'If-None-Match of PutObject'],
    ['replace', 'If-Match of PutObject'],
    ['complete-absent', 'If-None-Match of CompleteMultipartUpload'],
    ['delete', 'If-Match of DeleteObject'],
  ] as const)('refuses a server that ignores only: %s', async (ignored, name) => {
    const { url, report } = await probe(ignored)
    const error = await report.catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ name: 'ServerError', message: expect.stringContaining(url) })
    expect((error as Error).message).toContain(`ignores ${name}.`)
    expect(await listBuckets()).toEqual([])
  })

  it.each([
    ['complete-etag', 'If-Match of CompleteMultipartUpload', 'look-before-complete'],
    ['copy-absent', 'If-None-Match of CopyObject', 'look-before-copy'],
    ['copy-source', 'x-amz-copy-source-if-match of CopyObject', 'look-before-copy'],
    ['delete-many', 'the ETags of DeleteObjects', 'delete-one-by-one'],
  ] as const)('names what works around a server that ignores only: %s', async (ignored, name, workaround) => {
    const { report } = await probe(ignored)
    expect(await report).toEqual({ ignored: [name], workarounds: [workaround] })
    expect(await listKeys()).toEqual([])
  })

  it('names each workaround once', async () => {
    const { report } = await probe('copy-absent', 'copy-source', 'delete-many')
    expect((await report).workarounds).toEqual(['look-before-copy', 'delete-one-by-one'])
  })

  it('keeps a bucket that was there before, when it refuses the server', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'work' }))
    const { report } = await probe('create', 'delete')
    await expect(report).rejects.toThrow(/If-None-Match of PutObject, If-Match of DeleteObject/)
    expect([await listBuckets(), await listKeys()]).toEqual([['work'], []])
  })
})
