import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { openS3File } from '../../../shared/platform/aws/s3-file.ts'
import { s3Objects } from '../../../shared/platform/aws/s3-objects.ts'
import { s3Uploads } from '../../../shared/platform/aws/s3-uploads.ts'
import { createState, replaceState } from '../../../shared/platform/state/record.ts'
import { recordType } from '../../../shared/platform/state/record-type.ts'
import { decodeText } from '../../support/bytes.ts'
import { s3Error, scripted } from './clients.ts'

const STATE = { key: 'a.json', type: recordType('a state', z.looseObject({})) }
const DIGITS = '0123456789'.repeat(10)

let stop = async () => {}
afterEach(() => stop())

/** How the response to a request that succeeded gets lost. */
const LOST: [string, (response: ServerResponse) => void][] = [
  ['answered 500', (response) => response.writeHead(500).end(s3Error('InternalError'))],
  ['answered 503', (response) => response.writeHead(503).end(s3Error('SlowDown'))],
  ['cut off', (response) => response.destroy()],
  ['never answered', () => undefined],
]

/**
 * Starts an S3 with one object. It carries out the first write and loses its response; the client makes three attempts.
 */
async function startLossyS3(lose: (response: ServerResponse) => void) {
  let stored: { bytes: string; version: number } | undefined
  let writes = 0
  const write = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = Buffer.concat(await request.toArray()).toString()
    const { 'if-none-match': none, 'if-match': match } = request.headers
    const isAllowed = none ? !stored : !match || match === `"${stored?.version}"`
    writes += 1
    if (isAllowed) stored = { bytes, version: (stored?.version ?? 0) + 1 }
    if (writes === 1) lose(response)
    else if (isAllowed) response.writeHead(200, { etag: `"${stored?.version}"` }).end()
    else response.writeHead(412).end(s3Error('PreconditionFailed'))
  }
  const server = await scripted((request, response) => {
    if (request.method === 'PUT') void write(request, response)
    else if (stored)
      response.writeHead(200, { etag: `"${stored.version}"`, 'content-length': stored.bytes.length }).end(stored.bytes)
    else response.writeHead(404).end(s3Error('NoSuchKey'))
  }, 3)
  stop = server.stop
  let ids = 0
  const ports = { objects: s3Objects(server.s3, 'work'), newId: () => `nonce${++ids}` }
  const put = (bytes: string): void => {
    stored = { bytes, version: 7 }
  }
  return { ports, writes: () => writes, put }
}

describe('conditional writes whose response is lost', () => {
  it.each(LOST)('are recognized as own when the retry is refused: create, %s', async (_, lose) => {
    const { ports, writes } = await startLossyS3(lose)
    expect(await createState(STATE, { of: 'mine' }, ports)).toBeDefined()
    expect(writes()).toBe(2)
  })
  it.each(LOST)('are recognized as own when the retry is refused: replace, %s', async (_, lose) => {
    const { ports, put } = await startLossyS3(lose)
    put('{"of":"another"}')
    expect(await replaceState(STATE, { etag: '"7"' }, { of: 'mine' }, ports)).toBeDefined()
  })
  it.each(LOST)('are not mistaken for those of another writer, %s', async (_, lose) => {
    const { ports, put } = await startLossyS3((response) => {
      put('{"of":"another","nonce":"theirs"}')
      lose(response)
    })
    expect(await createState(STATE, { of: 'mine' }, ports)).toBeUndefined()
  })
})

describe('response bodies that break off', () => {
  /** Starts an S3 that sends the requested digits. The first body has only its first half. */
  async function breaking(breaks: (response: ServerResponse) => void) {
    let requests = 0
    const server = await scripted((request, response) => {
      const head = { etag: '"v1"', 'content-length': DIGITS.length }
      if (request.method === 'HEAD') return void response.writeHead(200, head).end()
      requests += 1
      const [, first = '0', last = '99'] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
      const digits = DIGITS.slice(Number(first), Number(last) + 1)
      response.writeHead(request.headers.range ? 206 : 200, { ...head, 'content-length': digits.length })
      if (requests > 1) response.end(digits)
      else response.write(digits.slice(0, 50), () => breaks(response))
    }, 3)
    stop = server.stop
    return server.s3
  }
  const BREAKS: [string, (response: ServerResponse) => void][] = [
    ['is cut', (response) => response.destroy()],
    ['stalls', () => undefined],
  ]

  it.each(BREAKS)('are requested again: %s', async (_, breaks) => {
    const objects = s3Objects(await breaking(breaks), 'work')
    expect(decodeText((await objects.get('a'))?.bytes)).toBe(DIGITS)
  })
  it.each(BREAKS)('are resumed within a range: %s', async (_, breaks) => {
    const file = await openS3File(await breaking(breaks), { bucket: 'work', key: 'a' })
    expect(decodeText(await file.ranges?.read(0, 100))).toBe(DIGITS)
  })
})

describe('upload parts', () => {
  it.each(LOST)('are stored again when the response is lost: %s', async (_, lose) => {
    const parts: string[] = []
    const store = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      parts.push(Buffer.concat(await request.toArray()).toString())
      if (parts.length === 1) lose(response)
      else response.writeHead(200, { etag: '"part"' }).end()
    }
    const server = await scripted((request, response) => void store(request, response), 3)
    stop = server.stop
    await s3Uploads(server.s3, 'work').part('a', 'upload', 1, Buffer.from(DIGITS))
    expect(parts).toEqual([DIGITS, DIGITS])
  })
})
