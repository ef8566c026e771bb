import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { buildApp } from 'fauxqs'
import { startS3Server } from '../../../local/s3/server.ts'
import { awsPorts } from '../../../shared/platform/aws/aws-ports.ts'
import { concatStream, decodeText } from '../../support/bytes.ts'
import { CREDENTIALS } from '../../support/credentials.ts'

const stops: (() => Promise<unknown>)[] = []
const before = { ...process.env }

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'groundwork-ports-'))
  const server = await startS3Server({ directory, credentials: CREDENTIALS })
  const queues = buildApp({ logger: false, defaultRegion: 'us-east-1' })
  const queuesUrl = await queues.listen({ port: 0, host: '127.0.0.1' })
  stops.push(
    () => queues.close(),
    () => server.stop(),
    () => rm(directory, { recursive: true }),
  )
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_S3: server.url,
    AWS_ENDPOINT_URL_SQS: queuesUrl,
    GROUNDWORK_ACCOUNT: '123456789012',
    GROUNDWORK_BUCKET: 'work',
    GROUNDWORK_TASKS_QUEUE_URL: `${queuesUrl}/000000000000/tasks`,
  })
  const client = new S3Client({ forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: 'work' }))
  client.destroy()
})

afterAll(async () => {
  process.env = before
  for (const stop of stops) await stop()
})

describe('awsPorts', () => {
  it('reaches S3 through every port that needs it', async () => {
    const { objects, uploads, files, copier, bucket, config } = awsPorts('request-1')
    expect([config.bucket, await bucket.region()]).toEqual(['work', 'us-east-1'])
    const etag = (await objects.put('a.json', '{}')) ?? ''
    expect((await objects.list('')).objects).toEqual([{ key: 'a.json', size: 2, etag }])
    expect(decodeText(await concatStream((await files.open('s3://work/a.json')).stream()))).toBe('{}')
    const of = { source: 's3://work/a.json', sourceEtag: etag, contentType: 'text/plain', headers: {}, metadata: {} }
    const copy = { ...of, key: 'b.json' }
    expect([await copier.copy(copy), await copier.copy(copy)]).toEqual([{ etag }, 'exists'])
    expect(await copier.readRange('s3://work/b.json', { start: 0, end: 1 })).toMatchObject({ size: 2, etag })
    const id = await uploads.start('c')
    await uploads.part('c', id, 1, Buffer.from('part'))
    await uploads.complete('c', id, 1)
    expect((await objects.get('c'))?.size).toBe(4)
    await uploads.abort('c', await uploads.start('c'))
    await objects.remove([{ key: 'a.json' }, { key: 'b.json' }, { key: 'c' }])
    expect(await copier.describe('s3://work/a.json')).toBe('missing')
    expect(await bucket.link('a.json', 60)).toContain('X-Amz-Expires=60')
  })
  it('reaches SQS, which reports an unknown queue', async () => {
    const { messages } = awsPorts('request-1')
    const missing = {
      code: 'upstream-failed',
      message: expect.stringMatching(/tasks.*(QueueDoesNotExist|NonExistent)/),
    }
    await expect(messages.send('tasks', ['a'])).rejects.toMatchObject(missing)
  })
  it('shares configuration and clients between requests', () => {
    const [first, second] = [awsPorts('request-1'), awsPorts('request-2')]
    expect([first.requestId, second.requestId]).toEqual(['request-1', 'request-2'])
    expect(first.objects).toBe(second.objects)
    expect(first.config).toBe(second.config)
  })
  it('creates unique ids of 16 letters and digits', () => {
    const { newId } = awsPorts('request-1')
    const ids = Array.from({ length: 1000 }, newId)
    expect(ids.every((id) => /^[a-z0-9]{16}$/.test(id))).toBe(true)
    expect(new Set(ids).size).toBe(1000)
  })
})
