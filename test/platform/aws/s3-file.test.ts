import type { RequestListener, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { openS3File } from '../../../shared/platform/aws/s3-file.ts'
import { concatStream, decodeText } from '../../support/bytes.ts'
import { s3Error, scripted } from './clients.ts'

const DIGITS = '0123456789'.repeat(10)

let stop = async () => {}
afterEach(() => stop())

/** Starts an S3 with an object of a hundred digits; `send` answers each range request, counted from 1. */
async function object(send: (response: ServerResponse, digits: string, number: number) => void) {
  let requests = 0
  const listener: RequestListener = (request, response) => {
    response.setHeader('etag', '"v1"')
    if (request.method === 'HEAD') response.setHeader('content-length', DIGITS.length).end()
    else {
      requests += 1
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
      const digits = DIGITS.slice(Number(first), Number(last) + 1)
      response.writeHead(206, { 'content-length': digits.length })
      send(response, digits, requests)
    }
  }
  const server = await scripted(listener)
  stop = server.stop
  const file = await openS3File(server.s3, { bucket: 'work', key: 'a' })
  if (!file.ranges) throw new Error('no ranges')
  const ranges = () => server.requests.slice(1).map(({ headers }) => [headers.range, headers['if-match']])
  return { file, read: file.ranges.read, ranges }
}

const part = (response: ServerResponse, digits: string) => {
  response.write(digits, () => response.destroy())
}

describe('openS3File', () => {
  it('sends one request with If-Match for each range, and none for an empty one', async () => {
    const { read, ranges } = await object((response, digits) => response.end(digits))
    expect(decodeText(await read(3, 6))).toBe('345')
    expect(await read(6, 6)).toHaveLength(0)
    expect(ranges()).toEqual([['bytes=3-5', '"v1"']])
  })
  it('resumes at the byte reached when a body breaks off', async () => {
    const { read, file, ranges } = await object((response, digits, number) =>
      number % 2 === 1 ? part(response, digits.slice(0, 40)) : response.end(digits),
    )
    expect(decodeText(await read(0, 100))).toBe(DIGITS)
    expect(decodeText(await concatStream(file.stream()))).toBe(DIGITS)
    expect(ranges().slice(0, 2)).toEqual([
      ['bytes=0-99', '"v1"'],
      ['bytes=40-99', '"v1"'],
    ])
  })
  it('fails when resuming makes no progress', async () => {
    const { read } = await object((response, digits, number) => part(response, number === 1 ? digits.slice(0, 40) : ''))
    await expect(read(0, 100)).rejects.toMatchObject({ code: 'upstream-failed' })
  })
  it.each([
    [404, 'does not exist'],
    [403, 'may not be read'],
  ])('gives the reason for a %i when opening', async (status, message) => {
    const server = await scripted((_, response) => response.writeHead(status).end())
    stop = server.stop
    const refused = openS3File(server.s3, { bucket: 'work', key: 'a' })
    await expect(refused).rejects.toMatchObject({ code: 'bad-source', message: expect.stringContaining(message) })
  })
  it.each([412, 404])('treats a %i while reading as source-changed', async (status) => {
    const server = await scripted((request, response) => {
      if (request.method === 'HEAD') response.writeHead(200, { etag: '"v1"', 'content-length': 100 }).end()
      else response.writeHead(status).end(s3Error(status === 412 ? 'PreconditionFailed' : 'NoSuchKey'))
    })
    stop = server.stop
    const file = await openS3File(server.s3, { bucket: 'work', key: 'a' })
    await expect(file.ranges?.read(0, 5)).rejects.toMatchObject({ code: 'source-changed' })
  })
})
