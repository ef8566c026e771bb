import { beforeEach, describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { endpoint as notFound } from '../../../functions/not-found.ts'
import { AppError, QuotaReachedError } from '../../../shared/contracts/errors.ts'
import { fromCursor, PageQuery, toCursor } from '../../../shared/contracts/page.ts'
import { readConfig } from '../../../shared/platform/config.ts'
import { accepted, ok } from '../../../shared/platform/http/reply.ts'
import { lambda, publicLambda, route } from '../../../shared/platform/http/route.ts'
import { createToken } from '../../../shared/platform/tokens/create.ts'
import { revokeToken } from '../../../shared/platform/tokens/revoke.ts'
import { DAMAGES } from '../../support/fixtures/damages.ts'
import { callHandler, type HandlerRequest } from '../../support/http/call-handler.ts'
import { jsonAt } from '../../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts, testConfig } from '../../support/world/ports.ts'

const THINGS = ['a', 'b', 'c', 'd', 'e']
const declared = { operationId: 'test', summary: 'Test', refuses: [], permissions: [] } as const

const list = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/things',
    scope: 'read',
    query: PageQuery.extend({ search: z.string().optional() }),
    paged: z.string(),
  },
  async ({ query: { limit, cursor } }) => {
    const from = Number(fromCursor(cursor) ?? 0)
    const items = THINGS.slice(from, from + limit)
    return ok({ items, ...(from + limit < THINGS.length && { nextCursor: toCursor(String(from + limit)) }) })
  },
)
const put = route(
  { ...declared, method: 'PUT', path: '/v1/things', scope: 'write', body: z.strictObject({}), answers: {} },
  async (_input, { log }) => {
    log.info('round.completed')
    return accepted({}, '/v1/things')
  },
)
const open = route({ ...declared, method: 'GET', path: '/open', scope: undefined, answers: {} }, async () => ({
  status: 200,
  headers: { 'content-security-policy': "default-src 'self'", 'cache-control': 'public' },
  body: {},
}))

let ports: MemoryPorts
let caller: unknown
let readToken: string
let writeToken: string
beforeEach(async () => {
  ports = memoryPorts()
  caller = undefined
  readToken = await createToken('look', 'read', ports)
  writeToken = await createToken('ci', 'write', ports)
})

const handlers = (own: MemoryPorts = ports) => {
  const portsFor = (_id: string, keys: { caller?: unknown } = {}) => {
    caller = keys.caller ?? caller
    return own
  }
  return {
    list: lambda(list, portsFor),
    put: lambda(put, portsFor),
    open: publicLambda(open, portsFor),
    notFound: lambda(notFound, portsFor),
  }
}
const bearer = (token: string, request: HandlerRequest = {}): HandlerRequest => ({
  ...request,
  headers: { authorization: `Bearer ${token}`, ...request.headers },
})
const change: HandlerRequest = { method: 'PUT', body: '{}' }

describe('bearer authentication without a token', () => {
  it('answers 401 with a Bearer challenge', async () => {
    const { status, headers, json } = await callHandler(handlers().list)
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="groundwork"'])
    expect(json).toMatchObject({ code: 'unauthorized', instance: 'urn:request:request-1' })
    expect(json.detail).toContain('authorization: Bearer <token>')
  })

  it.each(['', ' ', 'Basic dXNlcjpwYXNz', 'Bearerx', 'gw_abc', 'Basic a,Bearer b'])(
    'answers the same challenge for the authorization header %j',
    async (authorization) => {
      const { status, headers } = await callHandler(handlers().list, { headers: { authorization } })
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="groundwork"'])
    },
  )

  it('refuses the request before reading anything else of it', async () => {
    const callsBefore = ports.world.calls.length
    const wrong = { method: 'PUT', query: { colour: 'red' }, body: '{"a"', headers: { 'content-type': 'text/plain' } }
    expect((await callHandler(handlers().put, wrong)).status).toBe(401)
    expect((await callHandler(handlers().put, { ...change, body: ' '.repeat(2 << 20) })).status).toBe(401)
    expect(ports.world.calls).toHaveLength(callsBefore)
  })

  it('answers open endpoints, and 404 for unknown paths outside /v1', async () => {
    expect((await callHandler(handlers().open, { path: '/open' })).status).toBe(200)
    for (const [path, status] of [
      ['/nothing', 404],
      ['/v1x', 404],
      ['/v1', 401],
      ['/v1/', 401],
      ['/v1/nothing', 401],
      ['/v1/batches/b', 401],
    ] as const)
      expect([path, (await callHandler(handlers().notFound, { method: 'PATCH', path })).status]).toEqual([path, status])
  })
})

describe('bearer authentication with a token', () => {
  it('answers when the scope suffices, and passes the name of the token to the log', async () => {
    const { put, list } = handlers()
    expect((await callHandler(put, bearer(writeToken, change))).status).toBe(202)
    expect(caller).toBe('ci')
    expect((await callHandler(list, bearer(readToken))).status).toBe(200)
    expect(caller).toBe('look')
  })

  it.each(['bearer', 'BEARER', 'Bearer  ', ' Bearer'])('accepts the scheme written as %j', async (scheme) => {
    expect((await callHandler(handlers().list, { headers: { authorization: `${scheme} ${readToken} ` } })).status).toBe(
      200,
    )
  })

  it('answers 403 with the required scope when the token lacks it', async () => {
    const { status, headers, json } = await callHandler(handlers().put, bearer(readToken, change))
    expect([status, json.code]).toEqual([403, 'forbidden'])
    expect(headers['www-authenticate']).toBe('Bearer realm="groundwork", error="insufficient_scope", scope="write"')
  })

  it.each(['nope', 'gw_', 'a b', '', 'x'.repeat(9000), 'ä', 'one,Bearer two'])(
    'refuses the unknown token %j without repeating it',
    async (token) => {
      const { status, headers, body } = await callHandler(handlers().list, bearer(token))
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="groundwork", error="invalid_token"'])
      if (token.length > 3) expect(body).not.toContain(token)
    },
  )

  it('refuses a header with two tokens', async () => {
    expect((await callHandler(handlers().list, bearer(`${readToken},Bearer ${readToken}`))).status).toBe(401)
  })

  it('refuses a revoked token after a minute', async () => {
    const { list } = handlers()
    expect((await callHandler(list, bearer(readToken))).status).toBe(200)
    await revokeToken('look', ports.objects)
    ports.world.now = new Date(ports.world.now.getTime() + 60_000)
    expect((await callHandler(list, bearer(readToken))).status).toBe(401)
  })

  it('answers 502 without a challenge when tokens cannot be read', async () => {
    ports.world.fault = ({ method }) =>
      method === 'get' ? new AppError('upstream-failed', 'S3 did not answer.') : undefined
    const { status, headers } = await callHandler(handlers().list, bearer(readToken))
    expect([status, headers['www-authenticate']]).toEqual([502, undefined])
  })

  it('makes publicLambda throw for an endpoint with a scope', () => {
    expect(() => publicLambda(list, () => ports)).toThrow('requires a token')
  })
})

describe('other methods of a path with a GET', () => {
  const origin = 'https://app.example.com'
  const openDocs = route({ ...declared, method: 'GET', path: '/docs', scope: undefined, answers: {} }, async () =>
    ok({}),
  )
  const own = (config: Parameters<typeof testConfig>[0] = { corsOrigins: [origin] }) => {
    const portsFor = () => memoryPorts({ world: ports.world, config: testConfig(config) })
    return {
      list: lambda(list, portsFor),
      openDocs: publicLambda(openDocs, portsFor),
      notFound: lambda(notFound, portsFor),
    }
  }
  const preflight = { origin, 'access-control-request-method': 'PUT' }
  const REQUESTS: Readonly<Record<string, (token: string) => Record<string, string>>> = {
    'no token': () => ({}),
    'an unknown token': () => ({ authorization: 'Bearer gw_nobody' }),
    'a token to read': (token) => ({ authorization: `Bearer ${token}` }),
    'the headers of a preflight': () => preflight,
    'the headers of a preflight from another origin': () => ({ ...preflight, origin: 'https://other.example.com' }),
  }

  it.each(Object.keys(REQUESTS))('are answered with %s as $default answers them', async (name) => {
    const headers = REQUESTS[name]!(readToken)
    for (const method of ['OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'])
      for (const path of ['/v1/webhooks', '/v1/batches/b', '/v1/webhooks/w/deliveries']) {
        const request = { method, path, headers, query: { cursor: 'none' }, body: '{"a"', params: { batch: 'b' } }
        const { list, notFound } = own()
        const answer = await callHandler(list, request)
        expect({ method, path, ...answer }).toEqual({ method, path, ...(await callHandler(notFound, request)) })
        // PUT /v1/batches/b has a route of its own, which an encoded slash misses.
        expect([204, 401, path === '/v1/batches/b' && method === 'PUT' ? 404 : 405]).toContain(answer.status)
      }
  })

  it('are answered without a token outside /v1, by functions without state too', async () => {
    const { openDocs, notFound } = own()
    for (const [method, expected] of [
      ['PATCH', 405],
      ['OPTIONS', 204],
    ] as const) {
      const request = { method, path: '/docs', headers: preflight }
      const answer = await callHandler(openDocs, request)
      expect(answer).toEqual(await callHandler(notFound, request))
      expect(answer.status).toBe(expected)
    }
  })

  it('are refused after API Gateway has verified a signature', async () => {
    const { list, notFound } = own({ authorization: 'iam' })
    const signed = { iam: { userArn: 'arn:aws:iam::123456789012:user/ci', accountId: '123456789012' } }
    const request = { method: 'PATCH', path: '/v1/batches/b', iam: signed }
    const answer = await callHandler(list, request)
    expect([answer.status, answer.headers.allow]).toEqual([405, 'DELETE, GET, HEAD, PUT'])
    expect(answer).toEqual(await callHandler(notFound, request))
  })

  it('do not read or write anything but the token', async () => {
    const { list } = own()
    const callsBefore = ports.world.calls.length
    await callHandler(list, bearer(readToken, { method: 'DELETE', path: '/v1/batches/b' }))
    expect(ports.world.calls.slice(callsBefore).map(({ key }) => key.split('/').slice(0, 2))).toEqual([
      ['system', 'tokens'],
    ])
  })

  it('make publicLambda throw under /v1, where they require a token', () => {
    const anonymous = { ...declared, method: 'GET', scope: undefined, answers: {} } as const
    const under = route({ ...anonymous, path: '/v1/things' }, async () => ok({}))
    const beside = route({ ...anonymous, path: '/v1things' }, async () => ok({}))
    expect(() => publicLambda(under, () => ports)).toThrow('requires a token')
    expect(() => publicLambda(beside, () => ports)).not.toThrow()
  })
})

describe('IAM authorization', () => {
  const signed = { iam: { userArn: 'arn:aws:iam::123456789012:user/ci', accountId: '123456789012' } }
  const own = () => handlers(memoryPorts({ config: testConfig({ authorization: 'iam' }) }))

  it('answers signed requests, and passes the ARN of the caller to the log', async () => {
    expect((await callHandler(own().put, { ...change, ...signed })).status).toBe(202)
    expect(caller).toBe('arn:aws:iam::123456789012:user/ci')
  })

  it('refuses unsigned requests, even with a valid token', async () => {
    for (const request of [{}, { iam: {} }, bearer(writeToken)]) {
      const { status, json, headers } = await callHandler(own().list, request)
      expect([status, json.code, headers['www-authenticate']]).toEqual([401, 'unauthorized', undefined])
    }
  })

  it('answers unknown paths without a signature, because their route has no authorizer', async () => {
    expect((await callHandler(own().notFound, { path: '/v1/nothing' })).status).toBe(404)
  })
})

describe('list cursors', () => {
  const page = (query: HandlerRequest['query'] = {}, path = '/v1/things', handler = handlers().list) =>
    callHandler(handler, bearer(readToken, { query: { limit: '2', ...query }, path }))

  it('lead through the whole list, whichever process answers', async () => {
    const items: string[] = []
    let cursor: string | undefined
    do {
      const { json } = await page(cursor === undefined ? {} : { cursor })
      items.push(...json.items)
      cursor = json.nextCursor
    } while (cursor !== undefined)
    expect(items).toEqual(THINGS)
  })

  it('accept another limit, and a HEAD request', async () => {
    const { nextCursor: cursor } = (await page()).json
    expect((await page({ cursor, limit: '1' })).json.items).toEqual(['c'])
    const request = bearer(readToken, { method: 'HEAD', query: { limit: '2', cursor } })
    expect((await callHandler(handlers().list, request)).status).toBe(200)
  })

  it('are refused when any character was changed', async () => {
    const { nextCursor: cursor } = (await page()).json as { nextCursor: string }
    for (let at = 0; at < cursor.length; at++) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`
      const { status, json } = await page({ cursor: changed })
      expect([changed, status, json.errors[0]?.at]).toEqual([changed, 400, 'query.cursor'])
      const nonAscii = `${cursor.slice(0, at)}é${cursor.slice(at + 1)}`
      expect([nonAscii, (await page({ cursor: nonAscii })).status]).toEqual([nonAscii, 400])
    }
    for (const other of ['', '.', cursor.slice(0, -1), `${cursor}A`, `${cursor}.`, `.${cursor}`, `${cursor},${cursor}`])
      expect([other, (await page({ cursor: other })).status]).toEqual([other, 400])
  })

  it('are refused for another path or another filter', async () => {
    const { nextCursor: cursor } = (await page()).json
    expect((await page({ cursor }, '/v1/others')).status).toBe(400)
    expect((await page({ cursor, search: 'x' })).status).toBe(400)
    const filtered = (await page({ search: 'x' })).json.nextCursor
    expect((await page({ cursor: filtered, search: 'x' })).status).toBe(200)
    expect((await page({ cursor: filtered, search: 'y' })).status).toBe(400)
  })

  it('are refused when the signing key is missing, and no key is created', async () => {
    const { nextCursor: cursor } = (await page()).json
    ports.world.stored.delete('s3://work/system/cursor-key.json')
    expect((await page({ cursor })).status).toBe(400)
    expect(ports.world.stored.has('s3://work/system/cursor-key.json')).toBe(false)
  })

  it.each(DAMAGES)('are refused when the signing key is %s, which the next page replaces', async (_, text) => {
    const { nextCursor: cursor } = (await page()).json
    await ports.objects.put('system/cursor-key.json', text)
    expect((await page({ cursor })).json.code).toBe('invalid-request')
    const made = await Promise.all(Array.from({ length: 3 }, () => page()))
    expect(new Set(made.map(({ json }) => json.nextCursor)).size).toBe(1)
    const { status, json } = await page({ cursor: made[0]?.json.nextCursor })
    expect([status, json.items]).toEqual([200, ['c', 'd']])
    expect((await page({ cursor })).json.code).toBe('invalid-request')
  })

  it('are not signed with a key that was shortened', async () => {
    await ports.objects.put('system/cursor-key.json', '{"key":""}')
    await page()
    expect(jsonAt(ports.world, 'system/cursor-key.json').key).toHaveLength(43)
  })

  it('cost no request on a single page, and one read of the key per process otherwise', async () => {
    const { list } = handlers()
    const keyCalls = () =>
      ports.world.calls.filter(({ key }) => key.endsWith('cursor-key.json')).map(({ method }) => method)
    await page({ limit: '9' }, undefined, list)
    expect(keyCalls()).toEqual([])
    const { nextCursor: cursor } = (await page({}, undefined, list)).json
    expect(keyCalls()).toEqual(['get', 'put', 'get'])
    await page({ cursor }, undefined, list)
    await page({}, undefined, list)
    expect(keyCalls()).toHaveLength(3)
  })

  it('are the same when several processes create the key at once', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => page()))
    expect(new Set(made.map(({ json }) => json.nextCursor)).size).toBe(1)
  })
})

describe('CORS', () => {
  const origin = 'https://app.example.com'
  const from = (corsOrigins: readonly string[]) =>
    handlers(memoryPorts({ world: ports.world, config: testConfig({ corsOrigins }) }))
  const corsHeaders = (headers: Readonly<Record<string, unknown>>) =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'))
  const preflight = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } }

  it.each(['https://app.example.com/', 'app.example.com', 'https://a b', 'https://a/b', 'ftp://a'])(
    'rejects the configured origin %j',
    (origins) => {
      const config = { AWS_REGION: 'us-east-1', GROUNDWORK_BUCKET: 'work', GROUNDWORK_ACCOUNT: '123456789012' }
      expect(() => readConfig({ ...config, GROUNDWORK_CORS_ORIGINS: origins })).toThrow('GROUNDWORK_CORS_ORIGINS')
      const good = { ...config, GROUNDWORK_CORS_ORIGINS: 'https://a.example, http://localhost:5173 ,*' }
      expect(readConfig(good).corsOrigins).toEqual(['https://a.example', 'http://localhost:5173', '*'])
    },
  )

  it('lets pages of a configured origin read all responses, errors included', async () => {
    const { list, put } = from([origin, 'https://other.example.com'])
    const headers = { origin }
    const answers = [
      await callHandler(list, bearer(readToken, { headers })),
      await callHandler(list, { headers }),
      await callHandler(list, bearer(readToken, { headers, query: { colour: 'red' } })),
      await callHandler(
        put,
        bearer(writeToken, { method: 'PUT', body: '{}', headers: { origin, 'content-type': 'text/plain' } }),
      ),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 400, 415])
    for (const answer of answers) {
      expect(answer.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' })
      expect(answer.headers['access-control-expose-headers']).toContain('www-authenticate')
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
    }
  })

  it('sends no CORS headers to other origins, or when no origin is configured', async () => {
    for (const origins of [
      [],
      ['https://other.example.com'],
      ['http://app.example.com'],
      ['https://app.example.com:8443'],
    ])
      for (const request of [bearer(readToken, { headers: { origin } }), { headers: { origin } }, preflight]) {
        const { headers } = await callHandler(from(origins).list, request)
        expect([origins, corsHeaders(headers)]).toEqual([origins, []])
      }
    const { headers } = await callHandler(from([origin]).list, bearer(readToken))
    expect(corsHeaders(headers)).toEqual([])
  })

  it('allows any origin with *', async () => {
    const { headers } = await callHandler(
      from(['*']).list,
      bearer(readToken, { headers: { origin: 'https://any.example' } }),
    )
    expect(headers).toMatchObject({ 'access-control-allow-origin': '*' })
  })

  it('answers a preflight without a token, with the methods of the path', async () => {
    const { status, headers, body } = await callHandler(from([origin]).notFound, {
      ...preflight,
      path: '/v1/batches/b',
    })
    expect([status, body]).toEqual([204, undefined])
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'DELETE, GET, HEAD, PUT',
      'access-control-allow-headers': 'authorization, content-type, if-none-match, x-request-id',
      'access-control-max-age': '7200',
      'x-content-type-options': 'nosniff',
    })
    expect(headers).not.toHaveProperty('content-type')
    expect((await callHandler(from([origin]).notFound, { ...preflight, path: '/v1/nothing' })).status).toBe(404)
  })

  it('refuses OPTIONS from other origins and OPTIONS that is no preflight', async () => {
    const path = '/v1/batches/b'
    expect((await callHandler(from([]).notFound, { ...preflight, path })).status).toBe(401)
    expect((await callHandler(from(['https://other.example.com']).notFound, { ...preflight, path })).status).toBe(405)
    expect((await callHandler(from([origin]).notFound, { method: 'OPTIONS', path })).status).toBe(401)
    expect((await callHandler(from([origin]).notFound, bearer(readToken, { method: 'OPTIONS', path }))).status).toBe(
      405,
    )
  })
})

describe('ETags', () => {
  it('answer 304 to GET and HEAD for every form of If-None-Match', async () => {
    const { list } = handlers()
    const etag = String((await callHandler(list, bearer(readToken))).headers.etag)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*'])
      for (const method of ['GET', 'HEAD']) {
        const request = bearer(readToken, { method, headers: { 'if-none-match': known } })
        const { status, headers, body } = await callHandler(list, request)
        expect([known, status, headers.etag, body]).toEqual([known, 304, etag, undefined])
        expect(headers).toMatchObject({ 'cache-control': 'private, no-cache', 'x-request-id': 'request-1' })
      }
    const other = await callHandler(list, bearer(readToken, { headers: { 'if-none-match': '"other"' } }))
    expect([other.status, other.headers.etag]).toEqual([200, etag])
  })

  it('differ when the response differs', async () => {
    const { list } = handlers()
    const getEtag = async (limit: string) =>
      (await callHandler(list, bearer(readToken, { query: { limit } }))).headers.etag
    expect(await getEtag('1')).not.toBe(await getEtag('2'))
  })
})

describe('response headers', () => {
  it('keep what the endpoint sets itself', async () => {
    const { headers } = await callHandler(handlers().open, { path: '/open' })
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'self'",
      'cache-control': 'public',
      'x-content-type-options': 'nosniff',
    })
  })

  it('include Retry-After for quota-reached when the time is known', async () => {
    const retryAfter = async (seconds?: number) => {
      const full = route({ ...declared, method: 'GET', path: '/full', scope: undefined, answers: {} }, async () => {
        throw new QuotaReachedError('Too many jobs.', seconds)
      })
      const { status, headers } = await callHandler(publicLambda(full, () => ports))
      return [status, headers['retry-after']]
    }
    expect(await retryAfter(90)).toEqual([429, '90'])
    expect(await retryAfter()).toEqual([429, undefined])
  })
})
