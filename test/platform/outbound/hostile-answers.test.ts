import { createServer, type Server, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from '@jest/globals'
import { download } from '../../../shared/platform/outbound/download.ts'
import { safeFetch } from '../../../shared/platform/outbound/safe-fetch.ts'
import { startTestServer } from '../../support/http/test-server.ts'

/** For answers that must time out. */
const LIMITS = { answer: 200, idle: 150, body: 300 }
/** For answers that must fail before, however slow the machine is. */
const GENEROUS = { answer: 60_000, idle: 60_000, body: 60_000 }
const MAX_BYTES = 10_000
const options = { maxBytes: MAX_BYTES, accept: 'image/jpeg', checkStart: () => undefined }

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** Starts a TCP server that answers every request like this. Returns its URL and the bytes sent on each connection. */
async function startRawServer(respond: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => respond(socket))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  stops.push(
    () =>
      new Promise((stopped) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => stopped())
      }),
  )
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/a?key=hidden`,
    sent: () => [...sockets].map((socket) => socket.bytesWritten),
  }
}

/** Sends the text again and again until the connection is closed. */
const sendRepeatedly = (text: string) => (socket: Socket) => {
  const write = (): void => {
    if (socket.destroyed) return
    if (socket.write(text)) setImmediate(write)
    else socket.once('drain', write)
  }
  write()
}

const OK = 'HTTP/1.1 200 OK\r\n'
const fetchFrom = (url: string) => download(url, options, { allowLoopback: true, limits: LIMITS })

describe('hostile responses', () => {
  it.each<[string, (socket: Socket) => void, RegExp]>([
    ['headers without end', sendRepeatedly(`${OK}x-a: ${'a'.repeat(1000)}\r\n`), /bad-source/],
    ['headers over 16 KiB', (socket) => socket.end(`${OK}x-a: ${'a'.repeat(20_000)}\r\n\r\n`), /bad-source/],
    [
      'an endless series of 103 responses',
      sendRepeatedly('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
      /upstream-timeout/,
    ],
    ['headers sent byte by byte', (socket) => drip(socket, OK.repeat(50)), /upstream-timeout/],
    [
      'a protocol switch',
      (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: a\r\nconnection: upgrade\r\n\r\n'),
      /upstream-failed/,
    ],
    ['a body without headers (HTTP/0.9)', (socket) => socket.end('just a page\n'), /bad-source/],
    ['a protocol other than HTTP', (socket) => socket.end('220 mail.example ESMTP\r\n'), /bad-source/],
    [
      'two Content-Length headers',
      (socket) => socket.end(`${OK}content-length: 3\r\ncontent-length: 30\r\n\r\nabc`),
      /bad-source/,
    ],
    [
      'Content-Length and chunked encoding',
      (socket) => socket.end(`${OK}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
      /bad-source/,
    ],
    ['a negative Content-Length', (socket) => socket.end(`${OK}content-length: -1\r\n\r\nabc`), /bad-source/],
    ['204 without content', (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'), /bad-source/],
    ['a redirect without Location', (socket) => socket.end('HTTP/1.1 302 Found\r\n\r\n'), /bad-source/],
    ['503', (socket) => socket.end('HTTP/1.1 503 Busy\r\n\r\n'), /upstream-failed/],
    [
      'a body shorter than its Content-Length',
      (socket) => socket.end(`${OK}content-length: 300\r\n\r\nabc`),
      /upstream-failed/,
    ],
    [
      'a body that breaks off between two chunks',
      (socket) => socket.end(`${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`),
      /upstream-failed/,
    ],
    [
      'compression that was not requested',
      (socket) =>
        socket.end(
          Buffer.concat([
            Buffer.from(`${OK}content-encoding: gzip\r\nconnection: close\r\n\r\n`),
            gzipSync(Buffer.alloc(1 << 20)),
          ]),
        ),
      /bad-source/,
    ],
    [
      'a Content-Length over the limit',
      (socket) => socket.write(`${OK}content-length: ${MAX_BYTES + 1}\r\n\r\n`),
      /bad-source/,
    ],
    [
      '206 without a range request',
      (socket) => socket.end('HTTP/1.1 206 Partial Content\r\ncontent-length: 1\r\n\r\na'),
      /upstream-failed/,
    ],
    ['no response', () => undefined, /upstream-timeout/],
    ['headers without the body', (socket) => socket.write(`${OK}content-length: 30\r\n\r\n`), /upstream-timeout/],
  ])('end in an error: %s', async (_, respond, code) => {
    const { url } = await startRawServer(respond)
    const error = await fetchFrom(url).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: expect.stringMatching(code), message: expect.not.stringContaining('hidden') })
  })

  it('are aborted as soon as the body exceeds the limit', async () => {
    const { url, sent } = await startRawServer((socket) => {
      socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`)
      sendRepeatedly(`1\r\na\r\n`.repeat(100))(socket)
    })
    await expect(fetchFrom(url)).rejects.toMatchObject({
      code: 'bad-source',
      message: expect.stringContaining('larger'),
    })
    expect(sent()).toHaveLength(1)
  })

  it('are aborted when checkStart refuses the first bytes', async () => {
    const { url } = await startRawServer((socket) =>
      socket.write(`${OK}content-length: 9000\r\n\r\n${'<html>'.repeat(200)}`),
    )
    const refused = new Error('not this')
    const checkStart = () => {
      throw refused
    }
    await expect(download(url, { ...options, checkStart }, { allowLoopback: true, limits: GENEROUS })).rejects.toBe(
      refused,
    )
  })

  it('share one time limit among all redirects', async () => {
    const server = await startTestServer((_, response) => {
      setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 120)
    })
    stops.push(server.stop)
    const following = safeFetch(server.url, { allowLoopback: true, redirects: 'checked', limits: LIMITS })
    await expect(following).rejects.toMatchObject({ code: 'upstream-timeout' })
    expect(server.requests.length).toBeLessThanOrEqual(2)
  })

  it('cannot set cookies or headers of the following request', async () => {
    const server = await startTestServer(({ url }, response) => {
      if (url === '/') response.writeHead(302, { location: '/there', 'set-cookie': 'a=1' }).end()
      else response.end('abc')
    })
    stops.push(server.stop)
    expect((await fetchFrom(`${server.url}/`)).bytes).toHaveLength(3)
    const [, second] = server.requests
    expect(second?.headers).toEqual({
      accept: 'image/jpeg',
      'accept-encoding': 'identity',
      connection: 'close',
      host: new URL(server.url).host,
      'user-agent': 'groundwork',
    })
  })
})

function drip(socket: Socket, text: string): void {
  let at = 0
  const timer = setInterval(() => socket.write(text[at++] ?? ''), 20)
  socket.on('close', () => clearInterval(timer))
}
