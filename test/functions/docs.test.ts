import { readFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endpoint as asset } from '../../functions/docs-asset.ts'
import { endpoint as openapi } from '../../functions/openapi.ts'
import { endpoints as pages } from '../../functions/pages.ts'
import { startGateway } from '../../local/gateway/gateway.ts'
import type { Running } from '../../local/running.ts'
import { publicLambda } from '../../shared/platform/http/route.ts'
import { fetchDeclared } from '../support/http/declared-answers.ts'
import { memoryPorts } from '../support/world/ports.ts'

let gateway: Running
beforeAll(async () => {
  const page = pages.filter(({ path }) => path === '/docs' || path.startsWith('/assets/'))
  const functions = [asset, openapi, ...page].map((endpoint) => ({
    name: endpoint.operationId,
    endpoint,
    handler: publicLambda(endpoint as typeof openapi, () => memoryPorts()),
  }))
  gateway = await startGateway({ endpoints: functions, port: 0 })
})
afterAll(() => gateway.stop())

const get = (path: string, headers: Record<string, string> = {}) => fetchDeclared(`${gateway.url}${path}`, { headers })

describe('GET /openapi.json', () => {
  it('returns the committed contract', async () => {
    const kept: unknown = JSON.parse(await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8'))
    expect(await (await get('/openapi.json')).json()).toEqual(kept)
  })

  it('answers 304 to If-None-Match, compressed or not', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const etag = (await get('/openapi.json', { 'accept-encoding': encoding })).headers.get('etag') ?? ''
      expect((await get('/openapi.json', { 'accept-encoding': encoding, 'if-none-match': etag })).status).toBe(304)
    }
  })
})

describe('GET /docs', () => {
  const addressesInPage = async (): Promise<string[]> => {
    const page = await (await get('/docs')).text()
    return [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address)
  }

  it('returns a page whose policy allows only its own origin', async () => {
    const { status, headers } = await get('/docs')
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
  })

  it('has no inline script or style and names no other host', async () => {
    const page = await (await get('/docs')).text()
    expect(page).not.toMatch(/<script>|<style|style=|\son\w+=/)
    expect(page).not.toMatch(/\/\//)
  })

  it('loads only existing files and the contract', async () => {
    const addresses = await addressesInPage()
    const files = addresses.filter((address) => /^(docs|assets)\//.test(address))
    expect(files).toHaveLength(5)
    for (const file of files) {
      const { status, headers } = await get(`/${file}`)
      expect([file, status]).toEqual([file, 200])
      expect(headers.get('content-type')).toMatch(/^(text\/(css|javascript)|image\/svg\+xml); charset=utf-8$/)
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    }
  })

  it('serves each file by its plain name too, for an hour, as that name does not change with the file', async () => {
    for (const address of (await addressesInPage()).filter((one) => one.startsWith('docs/'))) {
      const plainName = address.replace(/-[\w.]+(\.\w+)$/, '$1')
      const [versioned, named] = [await get(`/${address}`), await get(`/${plainName}`)]
      expect([plainName, named.headers.get('cache-control')]).toEqual([plainName, 'public, max-age=3600'])
      expect(await named.text()).toBe(await versioned.text())
    }
  })

  it('serves no other file, and no other version of one', async () => {
    const names = ['none', 'index.html', '..%2Fpackage.json', 'swagger-ui-bundle.js.map', 'constructor']
    for (const name of [...names, 'swagger-ui-0.0.1.css', 'start.js', 'swagger-ui-.css']) {
      const { status, headers } = await get(`/docs/${name}`)
      expect([name, status, headers.get('cache-control')]).toEqual([name, 404, 'no-store'])
    }
  })
})

describe.each(['/openapi.json', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js'])(
  'the encodings of %s',
  (path) => {
    /** What a client that sends this header gets, in bytes as they are sent. */
    const fetchRaw = async (accepted: string | undefined, headers: Record<string, string> = {}, method = 'GET') => {
      const sent = { ...headers, ...(accepted !== undefined && { 'accept-encoding': accepted }) }
      return await new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: Buffer }>((resolve) =>
        request(`${gateway.url}${path}`, { method, headers: sent }, async (response) => {
          const parts: Buffer[] = []
          for await (const part of response) parts.push(part)
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) })
        }).end(),
      )
    }
    const DECODE: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
      br: brotliDecompressSync,
      gzip: gunzipSync,
      identity: (bytes) => bytes,
    }

    it.each([
      ['br', 'br'],
      ['gzip', 'gzip'],
      ['gzip, deflate, br, zstd', 'br'],
      ['br;q=0.5, gzip', 'gzip'],
      ['gzip;q=0.8, br;q=0.8', 'br'],
      ['*', 'br'],
      ['*;q=0.1, gzip;q=0.2', 'gzip'],
      ['*, br;q=0', 'gzip'],
      ['GZIP ; q=1.0', 'gzip'],
      ['identity', 'identity'],
      ['identity, gzip;q=0.5', 'identity'],
      ['identity;q=0.5, gzip', 'gzip'],
      ['identity;q=0', 'identity'],
      ['gzip;q=0', 'identity'],
      ['gzip;q=0.000, br;q=0', 'identity'],
      ['x-gzip-like', 'identity'],
      ['deflate', 'identity'],
      ['gzip;q=2, br;q=-1', 'identity'],
      [',,;q=', 'identity'],
      ['', 'identity'],
      [undefined, 'identity'],
    ])('are chosen by accept-encoding: %s gets %s', async (accepted, expected) => {
      const { headers, body } = await fetchRaw(accepted)
      expect(headers['content-encoding'] ?? 'identity').toBe(expected)
      expect(headers.vary).toBe('accept-encoding')
      const whole = await fetchRaw('identity')
      expect(DECODE[expected]!(body).equals(whole.body)).toBe(true)
    })

    it('each have a strong ETag of their own, answer 304 to it, and HEAD with the same headers and no body', async () => {
      const etags = new Set<string | undefined>()
      for (const accepted of Object.keys(DECODE)) {
        const { headers } = await fetchRaw(accepted)
        const { etag = '', vary, 'cache-control': cacheControl } = headers
        expect(etag).toMatch(/^"[\w-]{20,}"$/)
        etags.add(etag)
        const known = await fetchRaw(accepted, { 'if-none-match': etag })
        expect([known.status, known.body.length]).toEqual([304, 0])
        expect(known.headers).toMatchObject({ etag, vary, 'cache-control': cacheControl })
        const head = await fetchRaw(accepted, {}, 'HEAD')
        expect([head.status, head.body.length]).toEqual([200, 0])
        expect(head.headers).toMatchObject({ etag, vary, 'content-type': headers['content-type'] })
      }
      expect(etags.size).toBe(3)
    })

    it('are at most a bit more than a quarter of its bytes', async () => {
      const sizes = await Promise.all(['br', 'gzip', 'identity'].map(async (one) => (await fetchRaw(one)).body.length))
      const [br = 0, gzip = 0, whole = 0] = sizes
      expect(br).toBeLessThan(gzip)
      expect(gzip).toBeLessThan(whole * 0.28)
    })
  },
)

describe('GET /docs', () => {
  it('is too small to be compressed', async () => {
    const small = await get('/docs', { 'accept-encoding': 'gzip' })
    expect([small.headers.get('content-encoding'), small.headers.get('vary')]).toEqual([null, null])
  })
})
