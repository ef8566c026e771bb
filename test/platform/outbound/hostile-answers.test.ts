import { createServer, type Server, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from '@jest/globals'
import { download } from '../../../shared/platform/outbound/download.ts'
import { safeFetch } from '../../../shared/platform/outbound/safe-fetch.ts'
import { startTestServer } from '../../support/world/http-server.ts'

const LIMITS = { answer: 200, idle: 150, body: 300 }
const MAX_BYTES = 10_000
const options = { maxBytes: MAX_BYTES, accept: 'image/jpeg', checkStart: () => undefined }

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A server that says what it is told, whatever it is asked. @returns its address, and how much of it went out */
async function saying(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
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
    sent: () => [...sockets].map((one) => one.bytesWritten),
  }
}

/** Says it over and over, as long as somebody listens. */
const overAndOver = (text: string) => (socket: Socket) => {
  const say = (): void => {
    if (socket.destroyed) return
    if (socket.write(text)) setImmediate(say)
    else socket.once('drain', say)
  }
  say()
}

const OK = 'HTTP/1.1 200 OK\r\n'
const fetched = (url: string) => download(url, options, { allowLoopback: true, limits: LIMITS })

describe('an answer that is meant to harm', () => {
  it.each<[string, (socket: Socket) => void, RegExp]>([
    ['a head that never ends', overAndOver(`${OK}x-a: ${'a'.repeat(1000)}\r\n`), /bad-source/],
    ['a head larger than 16 KiB', (socket) => socket.end(`${OK}x-a: ${'a'.repeat(20_000)}\r\n\r\n`), /bad-source/],
    ['a flood of 103s', overAndOver('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'), /upstream-timeout/],
    ['a head of which a byte comes now and then', (socket) => drip(socket, OK.repeat(50)), /upstream-timeout/],
    [
      'another protocol',
      (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: a\r\nconnection: upgrade\r\n\r\n'),
      /upstream-failed/,
    ],
    ['no head at all, as of HTTP/0.9', (socket) => socket.end('just a page\n'), /bad-source/],
    ['what is no HTTP', (socket) => socket.end('220 mail.example ESMTP\r\n'), /bad-source/],
    ['two lengths', (socket) => socket.end(`${OK}content-length: 3\r\ncontent-length: 30\r\n\r\nabc`), /bad-source/],
    [
      'a length, and chunks as well',
      (socket) => socket.end(`${OK}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
      /bad-source/,
    ],
    ['a length below zero', (socket) => socket.end(`${OK}content-length: -1\r\n\r\nabc`), /bad-source/],
    ['no content', (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'), /bad-source/],
    ['a redirect to nowhere', (socket) => socket.end('HTTP/1.1 302 Found\r\n\r\n'), /bad-source/],
    ['that it has to be asked again', (socket) => socket.end('HTTP/1.1 503 Busy\r\n\r\n'), /upstream-failed/],
    ['less than its length', (socket) => socket.end(`${OK}content-length: 300\r\n\r\nabc`), /upstream-failed/],
    [
      'a body that is cut off between two chunks',
      (socket) => socket.end(`${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`),
      /upstream-failed/,
    ],
    [
      'compression that was not asked for',
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
      'a length that is too much',
      (socket) => socket.write(`${OK}content-length: ${MAX_BYTES + 1}\r\n\r\n`),
      /bad-source/,
    ],
    [
      'a part, unasked',
      (socket) => socket.end('HTTP/1.1 206 Partial Content\r\ncontent-length: 1\r\n\r\na'),
      /upstream-failed/,
    ],
    ['nothing', () => undefined, /upstream-timeout/],
    ['nothing but its head', (socket) => socket.write(`${OK}content-length: 30\r\n\r\n`), /upstream-timeout/],
  ])('%s', async (_, answer, code) => {
    const { url } = await saying(answer)
    const error = await fetched(url).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: expect.stringMatching(code), message: expect.not.stringContaining('hidden') })
  })

  it('a body that never ends is left as soon as it is too much', async () => {
    const { url, sent } = await saying((socket) => {
      socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`)
      overAndOver(`1\r\na\r\n`.repeat(100))(socket)
    })
    await expect(fetched(url)).rejects.toMatchObject({ code: 'bad-source', message: expect.stringContaining('larger') })
    expect(sent()).toHaveLength(1)
  })

  it('what its start shows to be something else is not waited for', async () => {
    const { url } = await saying((socket) => socket.write(`${OK}content-length: 9000\r\n\r\n${'<html>'.repeat(200)}`))
    const refused = new Error('not this')
    const checkStart = () => {
      throw refused
    }
    const never = { answer: 5000, idle: 15_000, body: 15_000 }
    await expect(download(url, { ...options, checkStart }, { allowLoopback: true, limits: never })).rejects.toBe(
      refused,
    )
  })

  it('many slow redirects share the time of one answer', async () => {
    const server = await startTestServer((_, response) => {
      setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 120)
    })
    stops.push(server.stop)
    const following = safeFetch(server.url, { allowLoopback: true, redirects: 'checked', limits: LIMITS })
    await expect(following).rejects.toMatchObject({ code: 'upstream-timeout' })
    expect(server.requests.length).toBeLessThanOrEqual(2)
  })

  it('cookies and credentials go to nobody', async () => {
    const server = await startTestServer(({ url }, response) => {
      if (url === '/') response.writeHead(302, { location: '/there', 'set-cookie': 'a=1' }).end()
      else response.end('abc')
    })
    stops.push(server.stop)
    expect(await fetched(`${server.url}/`)).toHaveLength(3)
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
