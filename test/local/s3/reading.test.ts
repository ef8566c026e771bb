import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { signedFetch } from '../../support/http/signed-fetch.ts'
import { Bucket, refusal, serverForEachTest } from './running-server.ts'

const server = serverForEachTest()
const Key = 'digits'
let etag = ''
beforeEach(async () => {
  etag = await server.put(Key, '0123456789')
})

async function read(Range: string): Promise<string> {
  const { Body, ContentRange, ContentLength, $metadata } = await server.s3.send(
    new GetObjectCommand({ Bucket, Key, Range }),
  )
  const text = await Body?.transformToString()
  expect(ContentLength).toBe(text?.length)
  return `${$metadata.httpStatusCode} ${text} ${ContentRange}`
}

describe('a range request', () => {
  it.each([
    ['bytes=2-4', '206 234 bytes 2-4/10'],
    ['bytes=7-', '206 789 bytes 7-9/10'],
    ['bytes=-2', '206 89 bytes 8-9/10'],
    ['bytes=8-99', '206 89 bytes 8-9/10'],
    ['bytes=-99', '206 0123456789 bytes 0-9/10'],
    ['bytes=0-1,4-5', '200 0123456789 undefined'],
    ['bytes=4-2', '200 0123456789 undefined'],
    ['lines=1-2', '200 0123456789 undefined'],
  ])('with %s returns %s', async (range, expected) => {
    expect(await read(range)).toBe(expected)
  })

  it.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('returns 416 for %s', async (range) => {
    expect(await refusal(read(range))).toBe('416 InvalidRange')
  })

  it('returns 416 for an empty object', async () => {
    await server.s3.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: new Uint8Array(0) }))
    const call = server.s3.send(new GetObjectCommand({ Bucket, Key: 'empty', Range: 'bytes=0-' }))
    expect(await refusal(call)).toBe('416 InvalidRange')
  })
})

describe('a conditional read', () => {
  const get = (condition: object) => server.s3.send(new GetObjectCommand({ Bucket, Key, ...condition }))
  const longAgo = new Date(0)
  const soon = new Date(Date.now() + 3_600_000)

  it('returns the object if the condition holds; an ETag takes precedence over a time', async () => {
    await get({ IfMatch: etag, IfUnmodifiedSince: longAgo })
    await get({ IfNoneMatch: '"0"', IfModifiedSince: soon })
  })

  it('returns 412 or 304 if the condition does not hold', async () => {
    expect(await refusal(get({ IfMatch: '"0"' }))).toBe('412 PreconditionFailed')
    expect(await refusal(get({ IfUnmodifiedSince: longAgo }))).toBe('412 PreconditionFailed')
    expect(await refusal(get({ IfNoneMatch: `"0", ${etag}` }))).toMatch(/^304/)
    expect(await refusal(get({ IfModifiedSince: soon }))).toMatch(/^304/)
  })

  it('applies to the source of a copy', async () => {
    const copy = (condition: object) =>
      server.s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}`, ...condition }))
    expect(await refusal(copy({ CopySourceIfMatch: '"0"' }))).toBe('412 PreconditionFailed')
    expect(await refusal(copy({ CopySourceIfNoneMatch: etag }))).toBe('412 PreconditionFailed')
    await copy({ CopySourceIfMatch: etag, CopySourceIfNoneMatch: '"0"' })
    expect(await server.text('copy')).toBe('0123456789')
  })
})

describe('a response', () => {
  it('always has a request id', async () => {
    const paths = ['', `/${Bucket}`, `/${Bucket}/${Key}`, `/${Bucket}/absent`, `/${Bucket}/%ff`, `/${Bucket}?versions`]
    for (const path of paths) {
      const response = await signedFetch(server.url + path)
      const text = await response.text()
      const id = response.headers.get('x-amz-request-id')
      expect(id).toMatch(/^[0-9A-F]{16}$/)
      if (response.status >= 400) expect(text).toContain(`<RequestId>${id}</RequestId>`)
    }
  })

  it('to HEAD has no body, even for an error', async () => {
    const response = await signedFetch(`${server.url}/${Bucket}/absent`, { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([404, ''])
    const { ContentLength, AcceptRanges } = await server.s3.send(new HeadObjectCommand({ Bucket, Key }))
    expect([ContentLength, AcceptRanges]).toEqual([10, 'bytes'])
  })

  it('keeps the connection usable after an error with an unread body', async () => {
    const refused = await signedFetch(`${server.url}/no-such-bucket/key`, {
      method: 'PUT',
      body: 'x'.repeat(2_000_000),
    })
    expect([refused.status, await refused.text()]).toEqual([404, expect.stringContaining('<Code>NoSuchBucket</Code>')])
    expect(await server.text(Key)).toBe('0123456789')
  })

  it('is NotImplemented for unsupported features of S3', async () => {
    const acl = await signedFetch(`${server.url}/${Bucket}/${Key}?acl`, { method: 'PUT', body: 'policy' })
    expect([acl.status, await acl.text()]).toEqual([501, expect.stringContaining('<Code>NotImplemented</Code>')])
    const version = await signedFetch(`${server.url}/${Bucket}/${Key}?versionId=abc`, { method: 'DELETE' })
    expect(version.status).toBe(501)
    const post = await signedFetch(`${server.url}/${Bucket}/${Key}`, { method: 'POST', body: 'x' })
    expect(post.status).toBe(405)
    expect(await server.text(Key)).toBe('0123456789')
  })
})
