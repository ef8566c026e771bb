import { describe, expect, it } from '@jest/globals'
import { sha256, sign, signingKey } from '../../../local/signatures/version-4.ts'
import { signRequest } from '../../../tools/sign-request.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { Bucket, refusal, serverForEachTest } from './running-server.ts'

const server = serverForEachTest()
const CHUNKS = ['a'.repeat(9000), 'second', '']
const TRAILER = 'x-amz-checksum-crc32:NSRBwg=='

/** What is sent in place of what was signed. */
interface Change {
  readonly chunk?: (framed: string, at: number) => string
  readonly trailer?: (lines: readonly string[]) => readonly string[]
}

/** Sends an object in signed chunks, as the AWS SDK for Java does over http. */
async function put(chunks: readonly string[], trailer: string | undefined, change: Change = {}): Promise<string> {
  const url = `${server.url}/${Bucket}/chunked`
  const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer === undefined ? '' : '-TRAILER'}`
  const headers = {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': payload,
    'x-amz-decoded-content-length': String(chunks.join('').length),
    ...(trailer !== undefined && { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
  }
  const sent = await signRequest(url, { method: 'PUT', headers }, CREDENTIALS)
  const time = sent['x-amz-date'] ?? ''
  const scope = { day: time.slice(0, 8), region: 'us-east-1', service: 's3' }
  const key = signingKey(CREDENTIALS.secretAccessKey, scope)
  let previous = /Signature=(\w+)/.exec(sent.authorization ?? '')?.[1] ?? ''
  const chain = (kind: string, ...hashes: string[]): string => {
    const lines = [`AWS4-HMAC-SHA256-${kind}`, time, `${scope.day}/us-east-1/s3/aws4_request`, previous, ...hashes]
    previous = sign(key, lines.join('\n'))
    return previous
  }
  const framed = chunks.map((chunk, at) => {
    const head = `${chunk.length.toString(16)};chunk-signature=${chain('PAYLOAD', sha256(''), sha256(chunk))}\r\n`
    const whole = head + (chunk === '' ? '' : `${chunk}\r\n`)
    return change.chunk?.(whole, at) ?? whole
  })
  const signedTrailer =
    trailer === undefined ? [] : [trailer, `x-amz-trailer-signature:${chain('TRAILER', sha256(`${trailer}\n`))}`]
  const lines = change.trailer?.(signedTrailer) ?? signedTrailer
  const body = `${framed.join('')}${lines.map((line) => `${line}\r\n`).join('')}\r\n`
  const response = await fetch(url, { method: 'PUT', headers: sent, body: Buffer.from(body) })
  return `${response.status} ${/<Code>(\w+)/.exec(await response.text())?.[1] ?? ''}`
}

describe('a body in signed chunks', () => {
  it('is stored without its framing', async () => {
    expect(await put(CHUNKS, undefined)).toBe('200 ')
    expect(await server.text('chunked')).toBe(CHUNKS.join(''))
  })

  it('may have a signed trailer, and may be empty', async () => {
    expect(await put(['abc', ''], TRAILER)).toBe('200 ')
    expect(await server.text('chunked')).toBe('abc')
    expect(await put([''], undefined)).toBe('200 ')
    expect(await server.text('chunked')).toBe('')
  })

  const at = (wanted: number, edit: (framed: string) => string): Change => ({
    chunk: (framed, index) => (index === wanted ? edit(framed) : framed),
  })
  it.each<[string, Change, string]>([
    [
      'a byte of the first chunk is changed',
      at(0, (framed) => framed.replace('aaa', 'aba')),
      '403 SignatureDoesNotMatch',
    ],
    [
      'a byte of a later chunk is changed',
      at(1, (framed) => framed.replace('sec', 'Sec')),
      '403 SignatureDoesNotMatch',
    ],
    ['a signature is changed', at(1, (framed) => framed.replace(/=..../, '=0000')), '403 SignatureDoesNotMatch'],
    ['a signature is missing', at(1, (framed) => framed.replace(/;.*/, '')), '403 SignatureDoesNotMatch'],
    ['the signature of the end is missing', at(2, (framed) => framed.replace(/;.*/, '')), '403 SignatureDoesNotMatch'],
    ['a chunk is missing', at(1, () => ''), '403 SignatureDoesNotMatch'],
    ['the end is missing', at(2, () => ''), '400 InvalidRequest'],
    ['an unsigned trailer follows', { trailer: () => [TRAILER] }, '400 InvalidRequest'],
  ])('leaves nothing behind when %s', async (_, change, expected) => {
    expect(await put(CHUNKS, undefined, change)).toBe(expected)
    expect(await refusal(server.text('chunked'))).toBe('404 NoSuchKey')
  })

  it.each<[string, (lines: readonly string[]) => readonly string[]]>([
    ['is changed', ([, signature = '']) => ['x-amz-checksum-crc32:AAAAAA==', signature]],
    ['has no signature', ([trailer = '']) => [trailer]],
    ['is missing', () => []],
    ['has another line', ([trailer = '', signature = '']) => [trailer, 'x-amz-checksum-sha1:x', signature]],
  ])('leaves nothing behind when its trailer %s', async (_, trailer) => {
    expect(await put(['abc', ''], TRAILER, { trailer })).toBe('403 SignatureDoesNotMatch')
    expect(await refusal(server.text('chunked'))).toBe('404 NoSuchKey')
  })
})
