import type { RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { openWebFile, type WebFileOptions } from '../../../shared/platform/outbound/web-file.ts'
import { concatStream, decodeText } from '../../support/bytes.ts'
import { startTestServer, type TestServer } from '../../support/http/test-server.ts'
import { type Behaviour, breakAfter, CONTENT, fileListener, wellBehaved } from './web-server.ts'

const servers: TestServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

async function serve(listener: RequestListener) {
  const server = await startTestServer(listener)
  servers.push(server)
  const open = (options: Partial<WebFileOptions> = {}) =>
    openWebFile(`${server.url}/file.csv?signature=hidden`, { allowLoopback: true, ...options })
  return { ...server, open }
}

async function openFile(changes: Partial<Behaviour> = {}, options?: Partial<WebFileOptions>) {
  const behaviour: Behaviour = { ...wellBehaved(), ...changes }
  const server = await serve(fileListener(behaviour))
  const opened = await server.open(options)
  const { ranges } = opened
  const read = (start: number, end: number) => {
    if (!ranges) throw new Error('no ranges')
    return ranges.read(start, end)
  }
  return { behaviour, server, opened, read }
}

describe('openWebFile', () => {
  it('returns size and version, and pins range reads to the ETag', async () => {
    const { opened, read, server } = await openFile()
    expect([opened.size, opened.etag, opened.ranges?.size]).toEqual([1000, '"v1"', 1000])
    expect(decodeText(await read(995, 1000))).toBe('56789')
    expect(await read(7, 7)).toHaveLength(0)
    expect(server.requests.map(({ headers }) => [headers.range, headers['if-match']])).toEqual([
      ['bytes=0-0', undefined],
      ['bytes=995-999', '"v1"'],
    ])
    expect(Buffer.compare(await concatStream(opened.stream()), CONTENT)).toBe(0)
    await expect(read(0, 1001)).rejects.toThrow(RangeError)
  })
  it('pins reads to Last-Modified without a strong ETag', async () => {
    const modified = 'Wed, 01 Nov 2017 10:00:00 GMT'
    const { opened, read, behaviour, server } = await openFile({ etag: 'W/"weak"', modified })
    expect(opened.etag).toBe(modified)
    expect(decodeText(await read(0, 3))).toBe('012')
    expect(server.requests[1]?.headers['if-unmodified-since']).toBe(modified)
    behaviour.modified = 'Wed, 01 Nov 2017 10:00:01 GMT'
    await expect(read(0, 3)).rejects.toMatchObject({ code: 'source-changed' })
  })
  it.each([
    ['does not support ranges', { ranges: false }],
    ['names no version', { etag: undefined }],
  ])('can only stream from a server that %s', async (_, changes) => {
    const { opened } = await openFile(changes)
    expect([opened.ranges, opened.size]).toEqual([undefined, 1000])
    expect(Buffer.compare(await concatStream(opened.stream()), CONTENT)).toBe(0)
  })
  it('has no size when the server sends none', async () => {
    const { open } = await serve((_, response) => {
      response.write('some ')
      response.end('bytes')
    })
    const opened = await open()
    expect([opened.size, opened.etag, opened.ranges]).toEqual([undefined, undefined, undefined])
    expect(decodeText(await concatStream(opened.stream()))).toBe('some bytes')
  })
  it('opens an empty file', async () => {
    const { opened } = await openFile({ content: Buffer.of() })
    expect([opened.size, opened.ranges?.size]).toEqual([0, 0])
    expect(await concatStream(opened.stream())).toHaveLength(0)
  })
  it('refuses a file with another ETag than expected', async () => {
    const { server } = await openFile()
    expect((await server.open({ etag: '"v1"' })).size).toBe(1000)
    await expect(server.open({ etag: '"v0"' })).rejects.toMatchObject({ code: 'source-changed' })
  })
})

describe('openWebFile when the file changes', () => {
  it('fails with source-changed, with and without server support for If-Match', async () => {
    const { behaviour, read, opened } = await openFile()
    behaviour.etag = '"v2"'
    await expect(read(0, 3)).rejects.toMatchObject({ code: 'source-changed' })
    await expect(concatStream(opened.stream())).rejects.toMatchObject({ code: 'source-changed' })
    const deaf = await serve((request, response) => {
      delete request.headers['if-match']
      fileListener({ ...wellBehaved(), etag: deaf.requests.length > 1 ? '"v2"' : '"v1"' })(request, response)
    })
    await expect((await deaf.open()).ranges?.read(0, 3)).rejects.toMatchObject({ code: 'source-changed' })
  })
  it('detects a change when resuming', async () => {
    const { behaviour, read } = await openFile()
    behaviour.send = (response, bytes) => {
      behaviour.etag = '"v2"'
      breakAfter(response, bytes.subarray(0, 100))
    }
    await expect(read(0, 500)).rejects.toMatchObject({ code: 'source-changed' })
  })
  it('detects a change when streaming', async () => {
    const { behaviour, opened } = await openFile({ ranges: false })
    behaviour.etag = '"v2"'
    await expect(concatStream(opened.stream())).rejects.toMatchObject({ code: 'source-changed' })
  })
  it('reports a removed file', async () => {
    let isRemoved = false
    const { open } = await serve((request, response) => {
      if (isRemoved) response.writeHead(404).end()
      else fileListener(wellBehaved())(request, response)
    })
    const opened = await open()
    isRemoved = true
    await expect(opened.ranges?.read(0, 3)).rejects.toMatchObject({ code: 'source-changed' })
    await expect(open()).rejects.toMatchObject({ code: 'bad-source', message: expect.stringMatching(/no file.*404/) })
  })
})
