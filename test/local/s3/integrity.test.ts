import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ChecksumAlgorithm, CopyObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from '@jest/globals'
import { decodeAwsChunked } from '../../../local/s3/protocol/aws-chunked.ts'
import { checksumAlgorithms, startChecksum } from '../../../local/s3/protocol/checksums.ts'
import { signRequest } from '../../../tools/sign-request.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { signedFetch } from '../../support/http/signed-fetch.ts'
import { Bucket, refusal, serverForEachTest } from './running-server.ts'

const server = serverForEachTest()

/** Sends a PUT with this raw body and these headers. */
async function rawPut(body: string, headers: Record<string, string>): Promise<string> {
  const response = await signedFetch(`${server.url}/${Bucket}/raw`, { method: 'PUT', body, headers })
  return `${response.status} ${/<Code>(.*)<\/Code>/.exec(await response.text())?.[1] ?? ''}`.trim()
}

describe('a checksum', () => {
  it.each([
    ['CRC32', 'y/Q5Jg=='],
    ['CRC32C', '4waSgw=='],
    ['CRC64NVME', 'rosUhgp5mIg='],
  ])('matches the published value for the check string: %s', (name, expected) => {
    const algorithm = checksumAlgorithms.find((candidate) => candidate === name) ?? 'SHA1'
    const digest = startChecksum(algorithm)
    digest.update(Buffer.from('1234'))
    digest.update(Buffer.from('56789'))
    expect(digest.digest().toString('base64')).toBe(expected)
  })

  it.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
    'that the SDK sends is kept and copied along: %s',
    async (algorithm) => {
      const put = new PutObjectCommand({
        Bucket,
        Key: 'a',
        Body: 'abc',
        ChecksumAlgorithm: ChecksumAlgorithm[algorithm],
      })
      const sent = (await server.s3.send(put))[`Checksum${algorithm}`]
      await server.s3.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a` }))
      const head = await server.s3.send(new HeadObjectCommand({ Bucket, Key: 'b', ChecksumMode: 'ENABLED' }))
      expect(sent).toEqual(expect.any(String))
      expect([head[`Checksum${algorithm}`], head.ChecksumType]).toEqual([sent, 'FULL_OBJECT'])
    },
  )

  it('rejects the object if it does not match', async () => {
    expect(await rawPut('abc', { 'x-amz-checksum-crc32': 'AAAAAA==' })).toBe('400 BadDigest')
    expect(await rawPut('abc', { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' })).toBe('400 BadDigest')
    expect(await rawPut('abc', { 'x-amz-checksum-sha256': 'short' })).toBe('400 InvalidRequest')
    expect(await rawPut('abc', { 'content-md5': createHash('md5').update('x').digest('base64') })).toBe('400 BadDigest')
    expect(await rawPut('abc', { 'content-md5': 'short' })).toBe('400 InvalidDigest')
    const sha256 = createHash('sha256').update('x').digest('hex')
    expect(await rawPut('abc', { 'x-amz-content-sha256': sha256 })).toBe('400 XAmzContentSHA256Mismatch')
    expect(await refusal(server.text('raw'))).toBe('404 NoSuchKey')
  })
})

describe('an aws-chunked body', () => {
  const trailing = {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'x-amz-decoded-content-length': '9',
  }

  it('is stored without its framing, after verifying its trailer', async () => {
    const framed = (crc: string) => `4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`
    expect(await rawPut(framed('AAAAAA=='), trailing)).toBe('400 BadDigest')
    expect(await rawPut(framed('y/Q5Jg=='), trailing)).toBe('200')
    expect(await server.text('raw')).toBe('123456789')
    const { ContentEncoding } = await server.s3.send(new HeadObjectCommand({ Bucket, Key: 'raw' }))
    expect(ContentEncoding).toBeUndefined()
  })

  it('keeps the other encodings of its content', async () => {
    const headers = { ...trailing, 'content-encoding': 'gzip,aws-chunked', 'x-amz-decoded-content-length': '3' }
    const framed = '3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n'
    expect(await rawPut(framed, headers)).toBe('200')
    const { ContentEncoding, ContentLength } = await server.s3.send(new HeadObjectCommand({ Bucket, Key: 'raw' }))
    expect([ContentEncoding, ContentLength]).toEqual(['gzip', 3])
  })

  it.each([
    ['ends early', '9\r\n1234', '400 IncompleteBody'],
    ['is shorter than stated', '4\r\n1234\r\n0\r\n\r\n', '400 IncompleteBody'],
    ['has no chunk sizes', 'just text\r\n', '400 InvalidRequest'],
    ['lacks its trailer', '9\r\n123456789\r\n0\r\n\r\n', '400 InvalidRequest'],
  ])('is rejected when it %s', async (_, body, expected) => {
    expect(await rawPut(body, trailing)).toBe(expected)
    expect(await refusal(server.text('raw'))).toBe('404 NoSuchKey')
  })

  it('is decoded the same for any chunking by the network', async () => {
    const framed = Buffer.from('4;chunk-signature=ab\r\n12\r\n\r\na\r\n0123456789\r\n0\r\nx-a: 1\r\nx-b:2\r\n\r\n')
    for (let cut = 1; cut < framed.length; cut++) {
      const trailers = new Map<string, string>()
      const source = Readable.from([framed.subarray(0, cut), framed.subarray(cut)])
      expect(await text(decodeAwsChunked(source, trailers))).toBe('12\r\n0123456789')
      expect([...trailers]).toEqual([
        ['x-a', '1'],
        ['x-b', '2'],
      ])
    }
  })

  it('is accepted from the SDK for a stream', async () => {
    const Body = Readable.from([Buffer.alloc(100_000, 'a'), Buffer.alloc(50_000, 'b')])
    await server.s3.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: 150_000 }))
    expect(await server.text('stream')).toBe('a'.repeat(100_000) + 'b'.repeat(50_000))
  })
})

describe('a body', () => {
  it('may be sent without a content length', async () => {
    const url = `${server.url}/${Bucket}/unknown`
    const unsigned = { method: 'PUT', headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }
    const put = request(url, { method: 'PUT', headers: await signRequest(url, unsigned, CREDENTIALS) })
    put.write('one ')
    put.end('two')
    await new Promise((resolve) => put.on('response', (response) => response.resume().on('end', resolve)))
    expect(await server.text('unknown')).toBe('one two')
  })
})
