import type { RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { openWebFile, type WebFileOptions } from '../../../shared/platform/outbound/web-file.ts'
import { concatStream, decodeText } from '../../support/bytes.ts'
import { startTestServer, type TestServer } from '../../support/http/test-server.ts'
import { type Behaviour, breakAfter, CONTENT, fileListener, wellBehaved } from './web-server.ts'

const LIMITS = { answer: 150, idle: 100, body: 400 }
/** For servers whose head must arrive, however slow the machine is. */
const BODY_LIMITS = { ...LIMITS, answer: 60_000 }

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

const serveFile = (changes: Partial<Behaviour>) => serve(fileListener({ ...wellBehaved(), ...changes }))

describe('openWebFile when a body breaks off', () => {
  it('resumes at the byte reached', async () => {
    const server = await serveFile({ send: (response, bytes) => breakAfter(response, bytes.subarray(0, 300)) })
    const { ranges } = await server.open()
    expect(Buffer.compare((await ranges?.read(0, 1000)) ?? Buffer.of(), CONTENT)).toBe(0)
    expect(server.requests.slice(1).map(({ headers }) => headers.range)).toEqual([
      'bytes=0-999',
      'bytes=300-999',
      'bytes=600-999',
      'bytes=900-999',
    ])
  })
  it('fails when resuming makes no progress', async () => {
    const server = await serveFile({
      send: (response, bytes) => breakAfter(response, bytes.subarray(0, bytes.length - 500)),
    })
    const { ranges } = await server.open()
    await expect(ranges?.read(0, 1000)).rejects.toMatchObject({ code: 'upstream-failed' })
    expect(server.requests.length).toBeLessThan(8)
  })
  it('fails instead of ending early when the file can only be streamed', async () => {
    const { open } = await serveFile({
      ranges: false,
      send: (response, bytes) => breakAfter(response, bytes.subarray(0, 300)),
    })
    await expect(concatStream((await open()).stream())).rejects.toMatchObject({ code: 'upstream-failed' })
  })
  it('retries after a retryable status', async () => {
    let requests = 0
    const { open } = await serve((request, response) => {
      requests += 1
      if (requests % 2 === 1) response.writeHead(503).end()
      else fileListener(wellBehaved())(request, response)
    })
    expect(decodeText(await (await open()).ranges?.read(10, 14))).toBe('0123')
  })
})

describe('openWebFile with inconsistent responses', () => {
  it.each([
    ['another start', { 'content-range': 'bytes 5-14/1000' }],
    ['another size', { 'content-range': 'bytes 0-9/2000' }],
    ['too much', { 'content-range': 'bytes 0-99/1000', 'content-length': 100 }],
    ['no Content-Range', { 'content-range': '' }],
    ['compression', { 'content-encoding': 'gzip' }],
  ])('refuses a range response with %s', async (_, headers) => {
    let requests = 0
    const { open } = await serve((request, response) => {
      requests += 1
      if (requests === 1) fileListener(wellBehaved())(request, response)
      else
        response
          .writeHead(206, { etag: '"v1"', 'content-range': 'bytes 0-9/1000', ...headers })
          .end(CONTENT.subarray(0, 10))
    })
    const { ranges } = await open()
    await expect(ranges?.read(0, 10)).rejects.toMatchObject({
      code: expect.stringMatching(/bad-source|upstream-failed/),
    })
  })
  it('cuts a longer body at Content-Length, and refuses a shorter one', async () => {
    for (const length of [900, 1100]) {
      const wrongLength: RequestListener = (_, response) => {
        response.socket?.end(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${CONTENT}`)
      }
      const opened = await (await serve(wrongLength)).open()
      const streamed = await concatStream(opened.stream()).catch((error: unknown) => error)
      if (length === 900) expect(streamed).toHaveLength(900)
      else expect(streamed).toMatchObject({ code: 'upstream-failed' })
    }
  })
  it('refuses the whole file in response to a range request', async () => {
    const behaviour = wellBehaved()
    const { open } = await serve(fileListener(behaviour))
    const { ranges } = await open()
    behaviour.ranges = false
    await expect(ranges?.read(0, 10)).rejects.toMatchObject({ code: 'upstream-failed' })
  })
  it('aborts a body over the size limit', async () => {
    const { open } = await serveFile({})
    await expect(open({ maxBytes: 999 })).rejects.toMatchObject({ code: 'bad-source' })
    const endless = await serve((_, response) => {
      const timer = setInterval(() => response.write(CONTENT), 1)
      response.on('close', () => clearInterval(timer))
    })
    await expect(concatStream((await endless.open({ maxBytes: 5000 })).stream())).rejects.toMatchObject({
      code: 'bad-source',
    })
  })
})

describe('openWebFile with a slow server', () => {
  it('times out without a response', async () => {
    const { open } = await serve(() => {})
    await expect(open({ limits: LIMITS })).rejects.toMatchObject({ code: 'upstream-timeout' })
  })
  it('times out when the body stops', async () => {
    const { open } = await serveFile({
      ranges: false,
      send: (response, bytes) => response.write(bytes.subarray(0, 10)),
    })
    const opened = await open({ limits: BODY_LIMITS })
    await expect(concatStream(opened.stream())).rejects.toMatchObject({ code: 'upstream-timeout' })
  })
  it('times out when the body arrives byte by byte', async () => {
    const { open } = await serveFile({
      ranges: false,
      send: (response) => {
        const timer = setInterval(() => response.write('x'), 30)
        response.on('close', () => clearInterval(timer))
      },
    })
    const opened = await open({ limits: BODY_LIMITS })
    await expect(concatStream(opened.stream())).rejects.toMatchObject({ code: 'upstream-timeout' })
  })
  it('stops resuming a body that always breaks off after one byte', async () => {
    const { open, requests } = await serveFile({
      send: (response, bytes) => breakAfter(response, bytes.subarray(0, 1)),
    })
    const { ranges } = await open({ limits: LIMITS })
    await expect(ranges?.read(0, 1000)).rejects.toMatchObject({ code: 'upstream-timeout' })
    expect(requests.length).toBeLessThan(1000)
  })
  it('does not count the time of a slow consumer', async () => {
    const { open } = await serveFile({ ranges: false })
    let bytes = 0
    for await (const chunk of (await open({ limits: { answer: 60_000, idle: 1000, body: 1000 } })).stream()) {
      await new Promise((wait) => setTimeout(wait, 1200))
      bytes += chunk.length
    }
    expect(bytes).toBe(1000)
  })
})

describe('openWebFile with redirects', () => {
  const serveRedirect = (location: string) => serve((_, response) => void response.writeHead(302, { location }).end())

  it('follows absolute and relative redirects', async () => {
    const { open } = await serve((request, response) => {
      if (request.url === '/there') fileListener(wellBehaved())(request, response)
      else response.writeHead(307, { location: '/there' }).end()
    })
    expect(decodeText(await (await open()).ranges?.read(0, 4))).toBe('0123')
  })
  it.each([
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'http://169.254.169.254/latest/meta-data/',
    'https://[::ffff:10.0.0.1]/',
    'http://example.com/',
    'https://user:secret@example.com/',
    'https://example.com:22/',
    'file:///etc/passwd',
    'ftp://example.com/',
    'http://[',
  ])('refuses a redirect to %s', async (location) => {
    const { open } = await serveRedirect(location)
    await expect(open()).rejects.toMatchObject({ code: 'bad-source' })
  })
  it('stops after five redirects', async () => {
    const { open, requests } = await serveRedirect('/again')
    await expect(open()).rejects.toMatchObject({ code: 'bad-source', message: expect.stringMatching(/5 times/) })
    expect(requests).toHaveLength(6)
  })
})

describe('the URLs of openWebFile', () => {
  it('may not have a host that resolves to a private address', async () => {
    for (const address of ['10.0.0.5', '127.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', 'fd00::1']) {
      const resolve = async () => [{ address, family: address.includes(':') ? 6 : 4 }]
      const refused = openWebFile('https://files.example/a', { allowLoopback: false, resolve })
      await expect(refused).rejects.toMatchObject({ code: 'bad-source', message: expect.stringMatching(/public/) })
    }
  })
  it('may be loopback addresses only if configured', async () => {
    const { open, requests } = await serveFile({})
    await expect(open({ allowLoopback: false })).rejects.toMatchObject({ code: 'bad-source' })
    expect(requests).toHaveLength(0)
  })
  it('appear in messages without their query', async () => {
    const { open } = await serve((_, response) => void response.writeHead(403).end())
    await expect(open()).rejects.toMatchObject({ code: 'bad-source', message: expect.not.stringMatching(/hidden/) })
  })
})
