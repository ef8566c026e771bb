import type { RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { s3Bucket } from '../../../shared/platform/aws/s3-bucket.ts'
import { s3Objects } from '../../../shared/platform/aws/s3-objects.ts'
import { decodeText } from '../../support/bytes.ts'
import { s3Error, scripted } from './clients.ts'

let stop = async () => {}
afterEach(() => stop())

async function store(listener: RequestListener) {
  const server = await scripted(listener)
  stop = server.stop
  return { ...server, objects: s3Objects(server.s3, 'work'), bucket: s3Bucket(server.s3, 'work', 'us-east-1') }
}

const failing = (status: number, code: string) =>
  store((request, response) => response.writeHead(status).end(request.method === 'HEAD' ? '' : s3Error(code)))

describe('s3Objects', () => {
  it('retries a write after ConditionalRequestConflict', async () => {
    let requests = 0
    const { objects } = await store((request, response) => {
      requests += 1
      request.resume()
      if (requests < 3) response.writeHead(409).end(s3Error('ConditionalRequestConflict'))
      else response.writeHead(200, { etag: '"v1"' }).end()
    })
    expect(await objects.put('a', 'x', { absent: true })).toBe('"v1"')
    expect(requests).toBe(3)
  })
  it('retries a read when the body breaks off', async () => {
    let requests = 0
    const { objects } = await store((_, response) => {
      requests += 1
      response.writeHead(200, { etag: '"v1"', 'content-length': 10 })
      if (requests === 1) response.write('01234', () => response.destroy())
      else response.end('0123456789')
    })
    expect(decodeText((await objects.get('a'))?.bytes)).toBe('0123456789')
    expect(requests).toBe(2)
  })
  it.each([
    [503, 'SlowDown'],
    [500, 'InternalError'],
    [403, 'AccessDenied'],
    [404, 'NoSuchBucket'],
  ])('names the operation and the error when S3 answers %i %s', async (status, code) => {
    const { objects } = await failing(status, code)
    const failed = { code: 'upstream-failed', message: expect.stringMatching(`s3://work/a.*${code} \\(${status}\\)`) }
    await expect(objects.get('a')).rejects.toMatchObject(failed)
    await expect(objects.put('a', 'x', { absent: true })).rejects.toMatchObject(failed)
    await expect(objects.list('a')).rejects.toMatchObject(failed)
    await expect(objects.remove([{ key: 'a' }])).rejects.toMatchObject({ code: 'upstream-failed' })
  })
  it('reports a timeout', async () => {
    const { objects } = await store(() => {})
    await expect(objects.get('a')).rejects.toMatchObject({ code: 'upstream-timeout' })
  })
  it('reports a refused connection', async () => {
    const { objects, stop: stopNow } = await store(() => {})
    await stopNow()
    stop = async () => {}
    await expect(objects.get('a')).rejects.toMatchObject({
      code: 'upstream-failed',
      message: expect.stringMatching(/CONN|closed|socket/i),
    })
  })
  it('continues a listing after an empty page', async () => {
    const requests: (string | null)[] = []
    const { objects } = await store((request, response) => {
      const token = new URL(request.url ?? '', 'http://s3').searchParams.get('continuation-token')
      requests.push(token)
      const page = token
        ? '<IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>1</Size><ETag>&quot;1&quot;</ETag></Contents>'
        : '<IsTruncated>true</IsTruncated><NextContinuationToken>next</NextContinuationToken>'
      response.end(`<ListBucketResult>${page}</ListBucketResult>`)
    })
    expect(await objects.list('')).toEqual({ objects: [{ key: 'a', size: 1, etag: '"1"' }], folders: [] })
    expect(requests).toEqual([null, 'next'])
  })
  it('fails when S3 could not remove some objects', async () => {
    const error = '<Error><Key>b</Key><Code>AccessDenied</Code></Error>'
    const { objects } = await store((_, response) => response.end(`<DeleteResult>${error}</DeleteResult>`))
    const failed = { code: 'upstream-failed', message: expect.stringMatching(/1 of 2 .*"b" \(AccessDenied\)/) }
    await expect(objects.remove([{ key: 'a' }, { key: 'b' }])).rejects.toMatchObject(failed)
  })
})

describe('s3Bucket', () => {
  it.each([
    [404, /"work" does not exist/],
    [403, /"work" is denied/],
  ])('refuses a bucket that answers %i', async (status, message) => {
    const { bucket } = await failing(status, '')
    const failed = { code: 'preflight-failed', message: expect.stringMatching(message) }
    await expect(bucket.region()).rejects.toMatchObject(failed)
  })
  it('creates presigned URLs without the secret key', async () => {
    const { bucket } = await failing(500, '')
    expect(await bucket.link('a', 60)).not.toContain('hidden')
  })
})
