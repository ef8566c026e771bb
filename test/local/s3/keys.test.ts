import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from '@jest/globals'
import { rawRequest } from '../../support/http/raw-request.ts'
import { signPath } from '../../support/http/sign-path.ts'
import { Bucket, refusal, serverForEachTest } from './running-server.ts'

const server = serverForEachTest()
const keys = [
  'double//slash',
  '/leading',
  'dot/./x/../y',
  '../../../etc/passwd',
  '..',
  'trailing/',
  ' spaces ',
  'a+b=c&d;e?f#g%20%h',
  '<tag attribute="x">&amp;\'',
  'line\nfeed\rreturn\ttab',
  'é漢\u2028\uffff😀',
  '\\..\\windows',
  '__proto__',
  'x'.repeat(1024),
]

/** Sends a raw request line, because `fetch` would normalize the path. */
const rawGet = async (path: string): Promise<string> =>
  (await rawRequest(server.url, `GET ${path}`, signPath('GET', server.url, path))).text

describe('an object key', () => {
  it.each(keys)('can be written, read, listed, copied and deleted: %j', async (Key) => {
    await server.put(Key, `body of ${Key}`)
    expect(await server.text(Key)).toBe(`body of ${Key}`)
    const { Contents } = await server.s3.send(new ListObjectsV2Command({ Bucket }))
    expect(Contents?.map((item) => item.Key)).toEqual([Key])
    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`
    await server.s3.send(new CopyObjectCommand({ Bucket, Key: 'the copy', CopySource }))
    expect(await server.text('the copy')).toBe(`body of ${Key}`)
    await server.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }))
    expect(await refusal(server.text(Key))).toBe('404 NoSuchKey')
  })

  it('may have at most 1024 bytes', async () => {
    expect(await refusal(server.put('é'.repeat(513), 'x'))).toBe('400 KeyTooLongError')
  })

  it('is not normalized like a path', async () => {
    for (const key of ['a/b', 'a//b', 'a/./b', 'a/x/../b']) await server.put(key, key)
    for (const key of ['a/b', 'a//b', 'a/./b', 'a/x/../b']) expect(await server.text(key)).toBe(key)
  })
})

describe('a request path', () => {
  it.each([
    '/photos/../../../../etc/passwd',
    '/photos/..%2f..%2fowner.json',
    '/../journal-v1.jsonl',
    '/bodies/../journal-v1.jsonl',
    '/photos/%00',
  ])('never reaches a file: %s', async (path) => {
    expect(await rawGet(path)).toMatch(/^HTTP\/1.1 404 /)
  })

  it('is never used as a file name', async () => {
    await server.s3.send(new PutObjectCommand({ Bucket, Key: '../../escaped', Body: 'x' }))
    await server.s3.send(new PutObjectCommand({ Bucket, Key: join(dirname(server.directory), 'escaped'), Body: 'x' }))
    expect((await readdir(server.directory)).sort()).toEqual(['bodies', 'journal-v1.jsonl', 'owner.json', 'owner.lock'])
    for (const file of await readdir(join(server.directory, 'bodies'))) expect(file).toMatch(/^[0-9a-f-]{36}$/)
    expect(await readdir(dirname(server.directory))).not.toContain('escaped')
  })

  it('is rejected if it is not UTF-8', async () => {
    expect((await rawRequest(server.url, 'GET /photos/%ff', [['host', 'localhost']])).text).toMatch(
      /^HTTP\/1.1 400 [\s\S]*<Code>InvalidURI</,
    )
  })

  it('is rejected if it names no bucket', async () => {
    const call = server.s3.send(new GetObjectCommand({ Bucket: 'other', Key: 'x' }))
    expect(await refusal(call)).toBe('404 NoSuchBucket')
  })
})
