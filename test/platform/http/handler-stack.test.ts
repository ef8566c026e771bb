import { beforeEach, describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { endpoint as notFound } from '../../../functions/not-found.ts'
import { AppError, QuotaReachedError } from '../../../shared/contracts/errors.ts'
import { fromCursor, PageQuery, pageSchema, toCursor } from '../../../shared/contracts/page.ts'
import { readConfig } from '../../../shared/platform/config.ts'
import { accepted, ok } from '../../../shared/platform/http/reply.ts'
import { lambda, publicLambda, route } from '../../../shared/platform/http/route.ts'
import { createToken } from '../../../shared/platform/tokens/create.ts'
import { revokeToken } from '../../../shared/platform/tokens/revoke.ts'
import { type MemoryPorts, memoryPorts, testConfig } from '../../support/world/ports.ts'
import { type Asked, ask } from './asked.ts'

const THINGS = ['a', 'b', 'c', 'd', 'e']
const declared = { operationId: 'it', summary: 'It', refuses: [] } as const

const list = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/things',
    scope: 'read',
    query: PageQuery.extend({ search: z.string().optional() }),
    answers: { 200: pageSchema(z.string()) },
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
const free = route({ ...declared, method: 'GET', path: '/free', scope: undefined, answers: {} }, async () => ({
  status: 200,
  headers: { 'content-security-policy': "default-src 'self'", 'cache-control': 'public' },
  body: {},
}))

let ports: MemoryPorts
let caller: unknown
let reading: string
let writing: string
beforeEach(async () => {
  ports = memoryPorts()
  caller = undefined
  reading = await createToken('look', 'read', ports)
  writing = await createToken('ci', 'write', ports)
})

const handlers = (own: MemoryPorts = ports) => {
  const portsFor = (_id: string, keys: { caller?: unknown } = {}) => {
    caller = keys.caller ?? caller
    return own
  }
  return {
    list: lambda(list, portsFor),
    put: lambda(put, portsFor),
    free: publicLambda(free, portsFor),
    notFound: lambda(notFound, portsFor),
  }
}
const bearer = (token: string, asked: Asked = {}): Asked => ({
  ...asked,
  headers: { authorization: `Bearer ${token}`, ...asked.headers },
})
const change: Asked = { method: 'PUT', body: '{}' }

describe('a call without a token', () => {
  it('is told to bring one', async () => {
    const { status, headers, json } = await ask(handlers().list)
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="groundwork"'])
    expect(json).toMatchObject({ code: 'unauthorized', instance: 'urn:request:request-1' })
    expect(json.detail).toBe('This call needs a token: send it with authorization: Bearer <token>.')
  })

  it.each(['', ' ', 'Basic dXNlcjpwYXNz', 'Bearerx', 'gw_abc', 'Basic a,Bearer b'])(
    'is one with another header too: %j',
    async (authorization) => {
      const { status, headers } = await ask(handlers().list, { headers: { authorization } })
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="groundwork"'])
    },
  )

  it('is not looked at any further, whatever is wrong with it', async () => {
    const callsBefore = ports.world.calls.length
    const wrong = { method: 'PUT', query: { colour: 'red' }, body: '{"a"', headers: { 'content-type': 'text/plain' } }
    expect((await ask(handlers().put, wrong)).status).toBe(401)
    expect((await ask(handlers().put, { ...change, body: ' '.repeat(2 << 20) })).status).toBe(401)
    expect(ports.world.calls).toHaveLength(callsBefore)
  })

  it('is answered where none is asked for, and where there is nothing outside of /v1', async () => {
    expect((await ask(handlers().free, { path: '/free' })).status).toBe(200)
    for (const [path, status] of [
      ['/nothing', 404],
      ['/v1x', 404],
      ['/v1', 401],
      ['/v1/', 401],
      ['/v1/nothing', 401],
      ['/v1/batches/b', 401],
    ] as const)
      expect([path, (await ask(handlers().notFound, { method: 'PATCH', path })).status]).toEqual([path, status])
  })
})

describe('a call with a token', () => {
  it('is answered if the token allows it, and its log lines say whose it is', async () => {
    const { put, list } = handlers()
    expect((await ask(put, bearer(writing, change))).status).toBe(202)
    expect(caller).toBe('ci')
    expect((await ask(list, bearer(reading))).status).toBe(200)
    expect(caller).toBe('look')
  })

  it.each(['bearer', 'BEARER', 'Bearer  ', ' Bearer'])('may write the scheme as it likes: %j', async (scheme) => {
    expect((await ask(handlers().list, { headers: { authorization: `${scheme} ${reading} ` } })).status).toBe(200)
  })

  it('is refused if the token does not allow so much, and told what would', async () => {
    const { status, headers, json } = await ask(handlers().put, bearer(reading, change))
    expect([status, json.code]).toEqual([403, 'forbidden'])
    expect(headers['www-authenticate']).toBe('Bearer realm="groundwork", error="insufficient_scope", scope="write"')
  })

  it.each(['nope', 'gw_', 'a b', '', 'x'.repeat(9000), 'ä', 'one,Bearer two'])(
    'that nobody knows is refused, and the token not repeated: %j',
    async (token) => {
      const { status, headers, body } = await ask(handlers().list, bearer(token))
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="groundwork", error="invalid_token"'])
      if (token.length > 3) expect(body).not.toContain(token)
    },
  )

  it('that is sent twice is refused', async () => {
    expect((await ask(handlers().list, bearer(`${reading},Bearer ${reading}`))).status).toBe(401)
  })

  it('that was revoked is refused a minute later', async () => {
    const { list } = handlers()
    expect((await ask(list, bearer(reading))).status).toBe(200)
    await revokeToken('look', ports.objects)
    ports.world.now = new Date(ports.world.now.getTime() + 60_000)
    expect((await ask(list, bearer(reading))).status).toBe(401)
  })

  it('fails, and is not refused, when tokens cannot be read', async () => {
    ports.world.fault = ({ method }) =>
      method === 'get' ? new AppError('upstream-failed', 'S3 did not answer.') : undefined
    const { status, headers } = await ask(handlers().list, bearer(reading))
    expect([status, headers['www-authenticate']]).toEqual([502, undefined])
  })

  it('asked of an endpoint that says it is open is a mistake of ours', () => {
    expect(() => publicLambda(list, () => ports)).toThrow('asks for a token')
  })
})

describe('where API Gateway checks AWS signatures', () => {
  const signed = { iam: { userArn: 'arn:aws:iam::123456789012:user/ci', accountId: '123456789012' } }
  const own = () => handlers(memoryPorts({ config: testConfig({ authorization: 'iam' }) }))

  it('a call is answered that it let through, and its log lines say whose it is', async () => {
    expect((await ask(own().put, { ...change, ...signed })).status).toBe(202)
    expect(caller).toBe('arn:aws:iam::123456789012:user/ci')
  })

  it('a call that it does not vouch for is refused, with a token too', async () => {
    for (const asked of [{}, { iam: {} }, bearer(writing)]) {
      const { status, json, headers } = await ask(own().list, asked)
      expect([status, json.code, headers['www-authenticate']]).toEqual([401, 'unauthorized', undefined])
    }
  })

  it('what is not there needs no signature: its route has no authorizer', async () => {
    expect((await ask(own().notFound, { path: '/v1/nothing' })).status).toBe(404)
  })
})

describe('a cursor', () => {
  const page = (query: Asked['query'] = {}, path = '/v1/things', handler = handlers().list) =>
    ask(handler, bearer(reading, { query: { limit: '2', ...query }, path }))

  it('leads through the whole list, in every process', async () => {
    const items: string[] = []
    let cursor: string | undefined
    do {
      const { json } = await page(cursor === undefined ? {} : { cursor })
      items.push(...json.items)
      cursor = json.nextCursor
    } while (cursor !== undefined)
    expect(items).toEqual(THINGS)
  })

  it('may come with another limit, and by HEAD', async () => {
    const { nextCursor: cursor } = (await page()).json
    expect((await page({ cursor, limit: '1' })).json.items).toEqual(['c'])
    const asked = bearer(reading, { method: 'HEAD', query: { limit: '2', cursor } })
    expect((await ask(handlers().list, asked)).status).toBe(200)
  })

  it('that is changed in any place is refused', async () => {
    const { nextCursor: cursor } = (await page()).json as { nextCursor: string }
    for (let at = 0; at < cursor.length; at++) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`
      const { status, json } = await page({ cursor: changed })
      expect([changed, status, json.errors[0]?.at]).toEqual([changed, 400, 'query.cursor'])
      const foreign = `${cursor.slice(0, at)}é${cursor.slice(at + 1)}`
      expect([foreign, (await page({ cursor: foreign })).status]).toEqual([foreign, 400])
    }
    for (const other of ['', '.', cursor.slice(0, -1), `${cursor}A`, `${cursor}.`, `.${cursor}`, `${cursor},${cursor}`])
      expect([other, (await page({ cursor: other })).status]).toEqual([other, 400])
  })

  it('of another path, or with another filter, is refused', async () => {
    const { nextCursor: cursor } = (await page()).json
    expect((await page({ cursor }, '/v1/others')).status).toBe(400)
    expect((await page({ cursor, search: 'x' })).status).toBe(400)
    const filtered = (await page({ search: 'x' })).json.nextCursor
    expect((await page({ cursor: filtered, search: 'x' })).status).toBe(200)
    expect((await page({ cursor: filtered, search: 'y' })).status).toBe(400)
  })

  it('of another deployment is refused, and makes no key', async () => {
    const { nextCursor: cursor } = (await page()).json
    ports.world.stored.delete('s3://work/system/cursor-key.json')
    expect((await page({ cursor })).status).toBe(400)
    expect(ports.world.stored.has('s3://work/system/cursor-key.json')).toBe(false)
  })

  it('costs nothing where there is none, and one read of its key in a process', async () => {
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

  it('is the same in processes that make the key at the same time', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => page()))
    expect(new Set(made.map(({ json }) => json.nextCursor)).size).toBe(1)
  })
})

describe('a page of another origin', () => {
  const origin = 'https://app.example.com'
  const from = (corsOrigins: readonly string[]) =>
    handlers(memoryPorts({ world: ports.world, config: testConfig({ corsOrigins }) }))
  const corsOf = (headers: Readonly<Record<string, unknown>>) =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'))
  const preflight = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } }

  it.each(['https://app.example.com/', 'app.example.com', 'https://a b', 'https://a/b', 'ftp://a'])(
    'cannot be configured as what is no origin: %j',
    (origins) => {
      const config = { AWS_REGION: 'us-east-1', GROUNDWORK_BUCKET: 'work', GROUNDWORK_ACCOUNT: '123456789012' }
      expect(() => readConfig({ ...config, GROUNDWORK_CORS_ORIGINS: origins })).toThrow('must be origins such as')
      const good = { ...config, GROUNDWORK_CORS_ORIGINS: 'https://a.example, http://localhost:5173 ,*' }
      expect(readConfig(good).corsOrigins).toEqual(['https://a.example', 'http://localhost:5173', '*'])
    },
  )

  it('that is allowed may read answers and refusals of all kinds', async () => {
    const { list, put } = from([origin, 'https://other.example.com'])
    const headers = { origin }
    const answers = [
      await ask(list, bearer(reading, { headers })),
      await ask(list, { headers }),
      await ask(list, bearer(reading, { headers, query: { colour: 'red' } })),
      await ask(put, bearer(writing, { method: 'PUT', body: '{}', headers: { origin, 'content-type': 'text/plain' } })),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 400, 415])
    for (const answer of answers) {
      expect(answer.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' })
      expect(answer.headers['access-control-expose-headers']).toContain('www-authenticate')
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
    }
  })

  it('that is not allowed, or where none is, is told nothing', async () => {
    for (const origins of [
      [],
      ['https://other.example.com'],
      ['http://app.example.com'],
      ['https://app.example.com:8443'],
    ])
      for (const asked of [bearer(reading, { headers: { origin } }), { headers: { origin } }, preflight]) {
        const { headers } = await ask(from(origins).list, asked)
        expect([origins, corsOf(headers)]).toEqual([origins, []])
      }
    const { headers } = await ask(from([origin]).list, bearer(reading))
    expect(corsOf(headers)).toEqual([])
  })

  it('may be any, with a star', async () => {
    const { headers } = await ask(from(['*']).list, bearer(reading, { headers: { origin: 'https://any.example' } }))
    expect(headers).toMatchObject({ 'access-control-allow-origin': '*' })
  })

  it('asks before it calls, without a token, and is told the methods of the path', async () => {
    const { status, headers, body } = await ask(from([origin]).notFound, { ...preflight, path: '/v1/batches/b' })
    expect([status, body]).toEqual([204, undefined])
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'DELETE, GET, HEAD, PUT',
      'access-control-allow-headers': 'authorization, content-type, if-none-match, x-request-id',
      'access-control-max-age': '7200',
      'x-content-type-options': 'nosniff',
    })
    expect(headers).not.toHaveProperty('content-type')
    expect((await ask(from([origin]).notFound, { ...preflight, path: '/v1/nothing' })).status).toBe(404)
  })

  it('that is not allowed, or asks for nothing, gets no 204 for OPTIONS', async () => {
    const path = '/v1/batches/b'
    expect((await ask(from([]).notFound, { ...preflight, path })).status).toBe(401)
    expect((await ask(from(['https://other.example.com']).notFound, { ...preflight, path })).status).toBe(405)
    expect((await ask(from([origin]).notFound, { method: 'OPTIONS', path })).status).toBe(401)
    expect((await ask(from([origin]).notFound, bearer(reading, { method: 'OPTIONS', path }))).status).toBe(405)
  })
})

describe('a poll', () => {
  it('is answered 304 to who has the version, however that is told, and by HEAD too', async () => {
    const { list } = handlers()
    const etag = String((await ask(list, bearer(reading))).headers.etag)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*'])
      for (const method of ['GET', 'HEAD']) {
        const asked = bearer(reading, { method, headers: { 'if-none-match': known } })
        const { status, headers, body } = await ask(list, asked)
        expect([known, status, headers.etag, body]).toEqual([known, 304, etag, undefined])
        expect(headers).toMatchObject({ 'cache-control': 'private, no-cache', 'x-request-id': 'request-1' })
      }
    const other = await ask(list, bearer(reading, { headers: { 'if-none-match': '"other"' } }))
    expect([other.status, other.headers.etag]).toEqual([200, etag])
  })

  it('has another version after another answer', async () => {
    const { list } = handlers()
    const etagOf = async (limit: string) => (await ask(list, bearer(reading, { query: { limit } }))).headers.etag
    expect(await etagOf('1')).not.toBe(await etagOf('2'))
  })
})

describe('the headers of an answer', () => {
  it('are those of the endpoint where it has its own', async () => {
    const { headers } = await ask(handlers().free, { path: '/free' })
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'self'",
      'cache-control': 'public',
      'x-content-type-options': 'nosniff',
    })
  })

  it('name a time to wait where a quota is reached, if it is known', async () => {
    const retryAfter = async (seconds?: number) => {
      const full = route({ ...declared, method: 'GET', path: '/full', scope: undefined, answers: {} }, async () => {
        throw new QuotaReachedError('Too many jobs.', seconds)
      })
      const { status, headers } = await ask(publicLambda(full, () => ports))
      return [status, headers['retry-after']]
    }
    expect(await retryAfter(90)).toEqual([429, '90'])
    expect(await retryAfter()).toEqual([429, undefined])
  })
})
