import {
  CopyObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { describe, expect, it } from '@jest/globals'
import { startS3Server } from '../../../local/s3/server.ts'
import { signRequest } from '../../../tools/sign-request.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { signedFetch } from '../../support/http/signed-fetch.ts'
import { Bucket, refusal, serverForEachTest } from './running-server.ts'

const server = serverForEachTest()
const head = (Key: string) => server.s3.send(new HeadObjectCommand({ Bucket, Key }))
const readTags = async (Key: string) => (await server.s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet

describe('CopyObject', () => {
  const copy = (Key: string, more: object = {}) =>
    server.s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source`, ...more }))

  it('copies or replaces metadata and tags', async () => {
    const description = { ContentType: 'image/jpeg', CacheControl: 'no-store', Metadata: { a: '1' }, Tagging: 't=1' }
    await server.s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: 'x', ...description }))
    await copy('same')
    expect(await head('same')).toMatchObject({
      ContentType: 'image/jpeg',
      CacheControl: 'no-store',
      Metadata: { a: '1' },
    })
    await copy('other', {
      MetadataDirective: 'REPLACE',
      ContentType: 'image/png',
      TaggingDirective: 'REPLACE',
      Tagging: 't=2',
    })
    const { ContentType, CacheControl, Metadata } = await head('other')
    expect([ContentType, CacheControl, Metadata]).toEqual(['image/png', undefined, {}])
    expect([await readTags('same'), await readTags('other')]).toEqual([
      [{ Key: 't', Value: '1' }],
      [{ Key: 't', Value: '2' }],
    ])
  })

  it('rejects a copy to itself without changes', async () => {
    await server.put('source', 'x')
    expect(await refusal(copy('source'))).toBe('400 InvalidRequest')
    await copy('source', { MetadataDirective: 'REPLACE', Metadata: { b: '2' } })
    expect((await head('source')).Metadata).toEqual({ b: '2' })
    expect(await server.text('source')).toBe('x')
  })

  it('rejects a missing source', async () => {
    expect(await refusal(copy('target'))).toBe('404 NoSuchKey')
    expect(await refusal(copy('target', { CopySource: 'other-bucket/source' }))).toBe('404 NoSuchBucket')
  })
})

describe('object tags', () => {
  it('can be set and deleted without changing the object', async () => {
    const etag = await server.put('tagged', 'body')
    const TagSet = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '' },
    ]
    await server.s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } }))
    expect(await readTags('tagged')).toEqual(TagSet)
    expect([await server.text('tagged'), (await head('tagged')).ETag]).toEqual(['body', etag])
    await server.s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'tagged' }))
    expect(await readTags('tagged')).toEqual([])
  })
})

describe('a presigned URL', () => {
  it('reads with a range and an overridden content type', async () => {
    await server.put('signed', 'hello world')
    const get = new GetObjectCommand({
      Bucket,
      Key: 'signed',
      ResponseContentType: 'text/x',
      ResponseContentDisposition: 'a; b="é"',
    })
    const response = await fetch(await getSignedUrl(server.s3, get), { headers: { range: 'bytes=0-4' } })
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      206,
      'hello',
      'text/x',
    ])
  })

  it('writes with the signed metadata', async () => {
    const put = new PutObjectCommand({ Bucket, Key: 'signed é', Metadata: { by: 'me' } })
    const response = await fetch(await getSignedUrl(server.s3, put), { method: 'PUT', body: 'sent later' })
    expect(response.status).toBe(200)
    expect([await server.text('signed é'), (await head('signed é')).Metadata]).toEqual(['sent later', { by: 'me' }])
  })

  it('expires', async () => {
    const url = await getSignedUrl(server.s3, new GetObjectCommand({ Bucket, Key: 'signed' }), {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 61_000),
    })
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('Request has expired')])
  })
})

describe('stopping the server', () => {
  it('does not wait for idle connections or unfinished uploads', async () => {
    const other = await startS3Server({ directory: `${server.directory}/other`, credentials: CREDENTIALS })
    await signedFetch(`${other.url}/bucket`, { method: 'PUT' })
    const url = `${other.url}/bucket/key`
    const unsigned = { method: 'PUT', headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }
    const unfinished = fetch(url, {
      method: 'PUT',
      headers: await signRequest(url, unsigned, CREDENTIALS),
      body: new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('partial')) }),
      duplex: 'half',
    }).catch(() => 'ended')
    await new Promise((resolve) => setTimeout(resolve, 50))
    const startedAt = performance.now()
    await other.stop()
    expect(performance.now() - startedAt).toBeLessThan(500)
    expect(await unfinished).toBe('ended')
  })
})
