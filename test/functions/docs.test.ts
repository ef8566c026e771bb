import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endpoint as docs } from '../../functions/docs.ts'
import { endpoint as asset } from '../../functions/docs-asset.ts'
import { endpoint as openapi } from '../../functions/openapi.ts'
import { startGateway } from '../../local/gateway/gateway.ts'
import type { Running } from '../../local/running.ts'
import { publicLambda } from '../../shared/platform/http/route.ts'
import { fetchDeclared } from '../support/http/declared-answers.ts'
import { memoryPorts } from '../support/world/ports.ts'

let gateway: Running
beforeAll(async () => {
  const functions = [asset, docs, openapi].map((endpoint) => ({
    name: endpoint.operationId,
    endpoint,
    handler: publicLambda(endpoint, () => memoryPorts()),
  }))
  gateway = await startGateway({ endpoints: functions, port: 0 })
})
afterAll(() => gateway.stop())

const get = (path: string, headers: Record<string, string> = {}) => fetchDeclared(`${gateway.url}${path}`, { headers })
const plain = { 'accept-encoding': 'identity' }

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
    const start = await (await get('/docs/start.js')).text()
    expect(`${page}${start}`).not.toMatch(/\/\//)
    expect(start).toContain('validatorUrl: null')
  })

  it('loads only existing files and the contract', async () => {
    const addresses = await addressesInPage()
    expect(addresses).toContain('openapi.json')
    const files = addresses.filter((address) => address.startsWith('docs/'))
    expect(files).toHaveLength(3)
    for (const file of files) {
      const { status, headers } = await get(`/${file}`)
      expect([file, status]).toEqual([file, 200])
      expect(headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/)
      expect(headers.get('cache-control')).toBe('public, max-age=3600')
    }
  })

  it('serves no other file', async () => {
    for (const name of ['none', 'index.html', '..%2Fpackage.json', 'swagger-ui-bundle.js.map'])
      expect((await get(`/docs/${name}`)).status).toBe(404)
  })
})

describe('compression', () => {
  it('compresses a large answer only for clients that accept gzip', async () => {
    const whole = await get('/docs/swagger-ui.css', plain)
    expect([whole.headers.get('content-encoding'), whole.headers.get('vary')]).toEqual([null, 'accept-encoding'])
    const css = await whole.text()
    for (const accepted of ['gzip', 'br, gzip;q=0.5', '*', 'GZIP ; q=1.0']) {
      const zipped = await get('/docs/swagger-ui.css', { 'accept-encoding': accepted })
      expect([accepted, zipped.headers.get('content-encoding')]).toEqual([accepted, 'gzip'])
      expect(zipped.headers.get('etag')).toBe(`W/${whole.headers.get('etag')}`)
      expect(await zipped.text()).toBe(css)
    }
    for (const accepted of ['br', 'gzip;q=0', 'gzip;q=0.000', 'x-gzip-like'])
      expect((await get('/docs/swagger-ui.css', { 'accept-encoding': accepted })).headers.has('content-encoding')).toBe(
        false,
      )
  })

  it('does not compress a small answer', async () => {
    const small = await get('/docs', { 'accept-encoding': 'gzip' })
    expect([small.headers.get('content-encoding'), small.headers.get('vary')]).toEqual([null, null])
  })
})
