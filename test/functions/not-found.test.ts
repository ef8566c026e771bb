import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endpoint } from '../../functions/not-found.ts'
import { findFunctions } from '../../local/functions.ts'
import { startGateway } from '../../local/gateway/gateway.ts'
import type { Running } from '../../local/running.ts'
import { lambda } from '../../shared/platform/http/route.ts'
import { setToken } from '../../shared/platform/tokens/create.ts'
import { renderRoutes } from '../../tools/routes/routes.ts'
import { fetchDeclared } from '../support/declared-answers.ts'
import { memoryPorts } from '../support/world/ports.ts'

let gateway: Running
beforeAll(async () => {
  const { world } = memoryPorts()
  await setToken('mine', 'dev', 'read', memoryPorts({ world }))
  const handler = lambda(endpoint, (requestId) => memoryPorts({ requestId, world }))
  gateway = await startGateway({ endpoints: [{ name: 'not-found', endpoint, handler }], port: 0 })
})
afterAll(() => gateway.stop())

const ask = (method: string, path: string) =>
  fetchDeclared(`${gateway.url}${path}`, { method, headers: { 'x-request-id': 'mine', authorization: 'Bearer mine' } })

describe('what no function knows', () => {
  it.each(['/nothing', '/v1/', '/nothing?with=query', '/nothing?cursor=none', '/a%20b'])(
    'is not found: %s',
    async (path) => {
      const response = await ask('GET', path)
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
      expect(response.headers.get('x-request-id')).toBe('mine')
      expect(await response.json()).toMatchObject({ status: 404, code: 'not-found', instance: 'urn:request:mine' })
    },
  )

  it('says which path, and what is wrong with a slash at its end', async () => {
    expect(await (await ask('GET', '/nothing')).json()).toMatchObject({
      detail: expect.stringContaining('/nothing'),
    })
    const detail = expect.stringMatching(/\/health\/.*slash/)
    expect(await (await ask('GET', '/health/')).json()).toMatchObject({ detail })
  })

  it('as a method of a path is 405, with the methods that it knows', async () => {
    const response = await ask('PATCH', '/health')
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('x-request-id')).toBe('mine')
    expect(await response.json()).toMatchObject({
      code: 'method-not-allowed',
      detail: expect.stringMatching(/PATCH.*\/health.*GET, HEAD/),
    })
  })

  it('is an endpoint like any other, which knows what was asked for', async () => {
    const asked = { method: 'DELETE', path: '/health', params: undefined, query: undefined, body: undefined }
    expect(await endpoint.run(asked, memoryPorts())).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
  })

  it('takes a body of any kind and does not look at it', async () => {
    expect(
      (await fetchDeclared(`${gateway.url}/nothing`, { method: 'POST', body: Uint8Array.of(1, 255) })).status,
    ).toBe(404)
  })
})

describe('functions/routes.json', () => {
  it('names every endpoint: run npm run routes after adding one', async () => {
    process.env.AWS_REGION ??= 'us-east-1'
    const { endpoints } = await findFunctions()
    const text = await readFile(new URL('../../functions/routes.json', import.meta.url), 'utf8')
    expect(text).toBe(renderRoutes(endpoints))
  })
})
