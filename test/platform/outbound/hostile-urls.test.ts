import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readdir, readFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { Registration } from '../../../shared/contracts/dataset.ts'
import { AppError } from '../../../shared/contracts/errors.ts'
import { registerDataset } from '../../../shared/datasets/register/register.ts'
import type { Resolve } from '../../../shared/platform/outbound/checked-lookup.ts'
import { download } from '../../../shared/platform/outbound/download.ts'
import { parseOutboundUrl } from '../../../shared/platform/outbound/outbound-url.ts'
import { safeFetch } from '../../../shared/platform/outbound/safe-fetch.ts'
import { openWebFile } from '../../../shared/platform/outbound/web-file.ts'
import { requestTestImages } from '../../../shared/test-images/request.ts'
import { registerWebhook } from '../../../shared/webhooks/register.ts'
import { startTestServer, type TestServer } from '../../support/http/test-server.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'
import { HOSTILE_NAMES, HOSTILE_URLS } from './hostile-urls.ts'

/** Connections attempted since the start of the test. */
const attempts: string[] = []
const watch = (message: unknown): void => {
  const { socket } = message as { socket: unknown }
  if (socket instanceof Socket)
    socket.on('connectionAttempt', (address: string, port: number) => attempts.push(`${address} ${port}`))
}
beforeAll(() => subscribe('net.client.socket', watch))
afterAll(() => void unsubscribe('net.client.socket', watch))

const servers: TestServer[] = []
afterEach(async () => {
  attempts.length = 0
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

const s3 = 's3://open-images-dataset/a.csv'
const importFrom = (url: string, ports: MemoryPorts) => {
  const registration = Registration.parse({
    title: 'Mine',
    sources: { annotations: s3, classDescriptions: s3, hierarchy: s3 },
    imageLocation: 's3://open-images-dataset/{imageId}.jpg',
  })
  const sources = { ...registration.sources, annotations: url }
  return registerDataset('mine', { ...registration, sources }, { validateOnly: false }, ports)
}

/** The request fields that take URLs, each with the use case that checks it. */
const URL_FIELDS: Readonly<Record<string, (url: string, ports: MemoryPorts) => Promise<unknown>>> = {
  'body.sources.annotations': importFrom,
  'body.url': (url, ports) =>
    registerWebhook('mine', { url, events: ['batch.copied'] }, { validateOnly: false }, ports),
  'body.urls[0]': (url, ports) => requestTestImages([url], ports),
}

const options = { allowLoopback: false, maxBytes: 10, accept: '*/*', checkStart: () => undefined }

/** The functions that send outbound requests. */
const CLIENTS: Readonly<Record<string, (url: string, resolve: Resolve) => Promise<unknown>>> = {
  'an import': (url, resolve) => openWebFile(url, { ...options, resolve }),
  'a test image': (url, resolve) => download(url, options, { ...options, resolve }),
  'a webhook': (url, resolve) =>
    safeFetch(url, { ...options, resolve, redirects: 'refused', method: 'POST', body: '{}' }),
}

const resolved: string[] = []
const resolveAs =
  (...addresses: readonly string[]): Resolve =>
  async (host) => {
    resolved.push(host)
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }

/** Starts a server that redirects. Its own connections show that the watch works. */
async function redirecting(location: () => string): Promise<TestServer> {
  const server = await startTestServer((_, response) => void response.writeHead(302, { location: location() }).end())
  servers.push(server)
  return server
}

describe('hostile URLs', () => {
  it(`are ${HOSTILE_URLS.length + Object.keys(HOSTILE_NAMES).length} distinct ones`, () => {
    const all = [...HOSTILE_URLS, ...Object.keys(HOSTILE_NAMES)]
    expect(all.length).toBeGreaterThanOrEqual(70)
    expect(new Set(all).size).toBe(all.length)
  })

  it.each(Object.entries(URL_FIELDS))(
    'are refused in %s with its place, before anything is requested or written',
    async (at, send) => {
      const wrong: unknown[] = []
      for (const url of HOSTILE_URLS) {
        const ports = memoryPorts()
        const error = await send(url, ports).catch((thrown: unknown) => thrown)
        const isRefused = error instanceof AppError && error.code === 'bad-source' && error.issues[0]?.at === at
        if (!isRefused || ports.world.calls.length > 0) wrong.push([url, error])
        if (error instanceof AppError && /secret|[\p{Cc}]/u.test(error.message)) wrong.push([url, error.message])
      }
      expect(wrong).toEqual([])
      expect(attempts).toEqual([])
    },
  )

  it.each(Object.entries(CLIENTS))('are never requested for %s', async (_, fetch) => {
    resolved.length = 0
    for (const url of HOSTILE_URLS)
      await expect(fetch(url, resolveAs('8.8.8.8'))).rejects.toMatchObject({ code: 'bad-source' })
    expect([resolved, attempts]).toEqual([[], []])
  })

  it.each(Object.entries(CLIENTS))(
    'behind a host name are resolved once and never requested for %s',
    async (_, fetch) => {
      for (const [url, addresses] of Object.entries(HOSTILE_NAMES)) {
        resolved.length = 0
        const error = await fetch(url, resolveAs(...addresses)).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'bad-source', message: expect.stringContaining('no public address') })
        expect(resolved).toEqual([new URL(url).hostname])
        // The resolved address would reveal the deployment's network.
        for (const address of addresses) if (!url.includes(address)) expect(`${error}`).not.toContain(address)
      }
      expect(attempts).toEqual([])
    },
  )

  it('are not followed in redirects', async () => {
    let location = ''
    const server = await redirecting(() => location)
    const followed = HOSTILE_URLS.filter((url) => URL.canParse(url) && !/\p{Cc}/u.test(url) && !isLoopbackUrl(url))
    expect(followed.length).toBeGreaterThan(60)
    const wrong: unknown[] = []
    for (location of followed.map((url) => Buffer.from(url.trim()).toString('latin1'))) {
      const opened = await safeFetch(server.url, { allowLoopback: true, redirects: 'checked' }).catch(
        (error: unknown) => error,
      )
      if (!(opened instanceof AppError) || opened.code !== 'bad-source') wrong.push([location, opened])
    }
    expect(wrong).toEqual([])
    expect(new Set(attempts)).toEqual(new Set([`127.0.0.1 ${new URL(server.url).port}`]))
    expect(attempts).toHaveLength(followed.length)
  })

  it('are not parsed in the redirect of a request that follows none', async () => {
    const server = await redirecting(() => 'https://169.254.169.254/latest/meta-data/')
    const { status, response } = await safeFetch(server.url, { allowLoopback: true, redirects: 'refused' })
    response.destroy()
    expect([status, server.requests.length]).toEqual([302, 1])
  })

  it('are not requested after DNS rebinding between two requests', async () => {
    const server = await startTestServer((_, response) => {
      response.writeHead(206, { etag: '"1"', 'content-range': 'bytes 0-0/10', 'content-length': 1 }).end('a')
    })
    servers.push(server)
    let times = 0
    const resolve: Resolve = (host) => resolveAs(times++ === 0 ? '127.0.0.1' : '169.254.169.254')(host)
    const { port } = new URL(server.url)
    const file = await openWebFile(`http://localhost:${port}/a`, { allowLoopback: true, resolve })
    await expect(file.ranges?.read(0, 1)).rejects.toMatchObject({ code: 'bad-source' })
    expect([attempts, server.requests.length]).toEqual([[`127.0.0.1 ${port}`], 1])
  })
})

/** Whether `allowLoopback`, which only the local stack sets, allows the URL. */
const isLoopbackUrl = (url: string): boolean => {
  try {
    return parseOutboundUrl(url.trim(), true).protocol !== ''
  } catch {
    return false
  }
}

describe('outbound requests', () => {
  it('are only sent by shared/platform/outbound and the AWS clients', async () => {
    const root = new URL('../../../', import.meta.url)
    const folders = ['shared/', 'functions/']
    const files = (
      await Promise.all(
        folders.map(async (folder) =>
          (await readdir(new URL(folder, root), { recursive: true })).map((file) => folder + file),
        ),
      )
    ).flat()
    const code = files.filter((file) => file.endsWith('.ts') && !file.startsWith('shared/platform/outbound/'))
    expect(code.length).toBeGreaterThan(100)
    const calling =
      /^import (?!type).*'(node:)?(https?|http2|net|tls|dgram|dns(\/promises)?|undici)'|\bfetch\(|\bWebSocket\b|\bEventSource\b/m
    const found: string[] = []
    for (const file of code) if (calling.test(await readFile(new URL(file, root), 'utf8'))) found.push(file)
    expect(found).toEqual([])
  })
})
