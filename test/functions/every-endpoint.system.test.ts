import { readFile } from 'node:fs/promises'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { findFunctions } from '../../local/functions.ts'
import { SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { lambda } from '../../shared/platform/http/route.ts'
import { createToken } from '../../shared/platform/tokens/create.ts'
import { revokeToken } from '../../shared/platform/tokens/revoke.ts'
import { readContract } from '../../tools/contract/file.ts'
import { enter, hire } from '../support/fixtures/workers.ts'
import { callHandler } from '../support/http/call-handler.ts'
import { type Answer, type RunningApi, startApi } from '../support/http/running-api.ts'
import { startTestServer, type TestServer } from '../support/http/test-server.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { CHEAP, type Names, NOBODY, toBody, toPath, WRITTEN_ANEW } from './example-calls.ts'
import { expectProblem } from './problems.ts'

// Functions read their environment when they are imported.
process.env.AWS_REGION ??= 'us-east-1'
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'
const { endpoints: functions } = await findFunctions()
// Every function exports its whole declaration; the gateway's type has only a part of it.
const endpoints = functions.map(({ endpoint }) => endpoint as Endpoint).filter(({ path }) => path !== '$default')
const named = endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const)
/** Mail programs and trackers add parameters to links, so pages take all. */
const PAGES = ['/', '/app', '/docs', '/label']
const strict = named.filter(([, { path }]) => !PAGES.includes(path))
const withBody = named.filter(([, { body }]) => body)
const writing = named.filter(([, { method }]) => method !== 'GET')
const withName = named.filter(([, { path }]) => path.startsWith('/v1') && path.includes('{'))
const reading = named.filter(([, { method }]) => method === 'GET')
const guarded = named.filter(([, { scope }]) => scope)
const forTokens = guarded.filter(([, { scope }]) => scope !== 'label')
const forWorkers = guarded.filter(([, { scope }]) => scope === 'label')
const paging = named.filter(([, endpoint]) => queryParameters(endpoint).includes('cursor'))
const trying = named.filter(([, endpoint]) => queryParameters(endpoint).includes('validateOnly'))

/** Returns the names of an endpoint's query parameters. */
function queryParameters({ query }: Endpoint): string[] {
  return query && 'shape' in query ? Object.keys(query.shape as object) : []
}

const contract = await readContract()
const IMAGE = await readFile(new URL('../../local/sample-data/train/images/000002b66c9c498e.jpg', import.meta.url))

let api: RunningApi
let web: TestServer
let names: Names
let session: string
/** A job of Groundwork's own engine, and the only one that the worker of the examples sees. */
const OWN_JOB = 'people-0'
/** A job of the same engine that has ended, and was consolidated again. */
const ENDED_JOB = 'ended'
let keysBefore: string[]
beforeAll(async () => {
  web = await startTestServer((request, response) => {
    if (request.url?.startsWith('/image.jpg')) response.setHeader('content-type', 'image/jpeg').end(IMAGE)
    else response.writeHead(204).end()
  })
  api = await startApi({ pace: { milliseconds: 5 } })
  await api.importSample('sample-train')
  const make = (operationId: string, path: string) => {
    const endpoint = endpoints.find((one) => one.operationId === operationId)!
    return api.call(endpoint.method, path, toBody(endpoint, web.url))
  }
  await make('createBatch', '/v1/batches/people-0')
  await api.call('POST', '/v1/batches/people-0/copy')
  await api.until('/v1/batches/people-0/copy', ({ json }) => json.state === 'copied')
  await make('writeManifest', '/v1/batches/people-0/manifest')
  const workteamArn = 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/simulated-workers'
  await api.call('PUT', '/v1/labeling-jobs/j', { batch: 'people-0', workteamArn })
  // A job that runs keeps its batch from being deleted, so it has a batch of its own.
  await make('createBatch', '/v1/batches/labeled')
  await api.call('POST', '/v1/batches/labeled/copy')
  await api.until('/v1/batches/labeled/copy', ({ json }) => json.state === 'copied')
  await api.call('PUT', `/v1/labeling-jobs/${OWN_JOB}`, { batch: 'labeled' })
  await api.call('PUT', `/v1/labeling-jobs/${ENDED_JOB}`, { batch: 'labeled' })
  await api.call('POST', `/v1/labeling-jobs/${ENDED_JOB}/stop`)
  await api.until(`/v1/labeling-jobs/${ENDED_JOB}`, ({ json }) => json.status === 'Stopped')
  const consolidated = await make('consolidateLabelingJob', `/v1/labeling-jobs/${ENDED_JOB}/consolidate`)
  await api.until(String(consolidated.headers.get('location')), ({ json }) => json.state === 'completed')
  // The first look at a job stores its counts.
  await api.call('GET', `/v1/labeling-jobs/${OWN_JOB}`)
  await make('registerWebhook', '/v1/webhooks/w')
  const { link } = (await make('createWorker', '/v1/workers/ann')).json
  session = (await api.call('POST', '/v1/me/sessions', { secret: link })).json.session
  const { delivery } = (await api.call('POST', '/v1/webhooks/w/test')).json
  const [{ imageId: image }] = (await make('fetchTestImages', '/v1/test-images')).json.items
  await api.until('/v1/labeling-jobs/j', ({ json }) => json.output !== undefined)
  await api.until(`/v1/webhooks/w/deliveries/${delivery}`, ({ json }) => json.state === 'delivered')
  await api.until(`/v1/test-images/${image}`, ({ json }) => json.state === 'stored')
  names = {
    batch: 'people-0',
    dataset: 'sample-train',
    job: 'j',
    webhook: 'w',
    worker: 'ann',
    delivery,
    image,
    asset: 'swagger-ui.css',
    file: 'build.json',
    line: '1',
    consolidation: consolidated.json.name,
  }
  // The first page with a cursor creates the key that seals cursors.
  await api.call('GET', '/v1/datasets?limit=1')
  keysBefore = await api.keys()
})
afterAll(async () => {
  const keys = await api.keys()
  await api.stop()
  await web.stop()
  // A worker that is busy while its import is cancelled may still record the end of its round, and the name of a labeling
  // job can never be reused.
  const stays = /^(data\/raw\/mine\/\w+\/rounds\/\w+\/1|system\/labeling-jobs\/k)\.json$/
  expect(keys.filter((key) => !stays.test(key))).toEqual(keysBefore)
})

/** Only Groundwork's own engine gives images to workers, and knows what each of them has done. */
const pathTo = (endpoint: Pick<Endpoint, 'operationId' | 'path' | 'scope'>): string => {
  if (/consolidat/i.test(endpoint.operationId)) return toPath(endpoint, { ...names, job: ENDED_JOB })
  const isOwn = endpoint.operationId === 'listLabelingJobWorkers' || endpoint.scope === 'label'
  return toPath(endpoint, isOwn ? { ...names, job: OWN_JOB } : names)
}

/** The query without which a call is refused. */
const requiredQuery = ({ operationId }: Pick<Endpoint, 'operationId'>): string =>
  operationId === 'listMyAnswers' ? '?block=0-0-0123456789abcdef' : ''

/** Sends a request to an endpoint, as a worker or with the token that allows everything. */
const send = (
  { method, scope }: Pick<Endpoint, 'scope'> & { readonly method: string },
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  api.call(method, path, body, { ...(scope === 'label' && { authorization: `Bearer ${session}` }), ...headers })

/** Calls an endpoint on the resources that exist. */
const call = (endpoint: Endpoint, rest = requiredQuery(endpoint), body?: unknown, headers?: Record<string, string>) =>
  send(endpoint, `${pathTo(endpoint)}${rest}`, body, headers)

const pathParameter = ({ path }: Pick<Endpoint, 'path'>): string => /\{(\w+)\}/.exec(path)?.[1] ?? ''
/** Returns the same value for every name of a path. */
const allNamed = (value: string): Names => Object.fromEntries(Object.keys(names).map((name) => [name, value]))

/** Names that are reserved in the storage layout. */
const RESERVED: Readonly<Record<string, readonly string[]>> = {
  dataset: ['raw', 'test', 'system', 'augmentation'],
  batch: ['raw', 'test', 'system', 'augmentation'],
  job: ['images', 'copies', 'manifests', 'Images'],
}

/** Returns the scope that an endpoint with this method and path has. */
function expectedScope({ method, path }: Endpoint): Endpoint['scope'] {
  if (!path.startsWith('/v1') || path === '/v1/me/sessions') return undefined
  if (path.startsWith('/v1/me/')) return 'label'
  return method === 'GET' || path.endsWith('/resolve') ? 'read' : 'write'
}

/** Asserts the headers that every answer carries. */
function expectCommonHeaders({ headers }: Answer): void {
  const values = Object.fromEntries(headers)
  expect(values).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'referrer-policy': 'no-referrer',
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-request-id': expect.stringMatching(/^[\w.-]+$/),
    'cache-control': expect.stringMatching(/^(no-store|private, no-cache|public, .+)$/),
  })
  if (values.etag === undefined) expect(values['cache-control']).toBe('no-store')
  expect(Object.keys(values).filter((name) => name.startsWith('access-control'))).toEqual([])
}

describe('every endpoint under /v1', () => {
  const needsToken = 'Bearer realm="groundwork"'

  it('requires a token; only these other endpoints do not', () => {
    const open = named.filter(([, { scope }]) => !scope).map(([name]) => name)
    const pages = [
      'GET /',
      'GET /app',
      'GET /assets/{file}',
      'GET /docs',
      'GET /docs/{asset}',
      'GET /health',
      'GET /label',
      'GET /openapi.json',
    ]
    expect(open.toSorted()).toEqual([...pages, 'POST /v1/me/sessions'].toSorted())
  })

  it.each(guarded)('%s refuses a call without a token before it validates anything else', async (_, endpoint) => {
    const answer = await call(endpoint, '?colour=red', endpoint.method === 'GET' ? undefined : '{', {
      authorization: '',
    })
    expectProblem(answer, 401)
    expect(answer.headers.get('www-authenticate')).toBe(needsToken)
    expectCommonHeaders(answer)
  })

  it('is for workers below /v1/me, and only there', () => {
    const own = named.filter(([, { path }]) => path.startsWith('/v1/me/')).map(([name]) => name)
    expect(forWorkers.map(([name]) => name)).toEqual(own.filter((name) => name !== 'POST /v1/me/sessions'))
  })

  it.each(forTokens)('%s refuses an unknown or revoked token', async (_, endpoint) => {
    const ports = memoryPorts()
    const handler = lambda(endpoint, () => ports)
    const authorization = `Bearer ${await createToken('ci', 'write', ports)}`
    const request = { method: endpoint.method, path: endpoint.path, headers: { authorization } }
    expect((await callHandler(handler, request)).status).not.toBe(401)
    await revokeToken('ci', ports.objects)
    ports.world.now = new Date(ports.world.now.getTime() + 60_000)
    expect((await callHandler(handler, request)).json.code).toBe('unauthorized')

    const answer = await call(endpoint, '', undefined, { authorization: 'Bearer gw_nobodys' })
    expectProblem(answer, 401)
    expect(answer.headers.get('www-authenticate')).toBe(`${needsToken}, error="invalid_token"`)
  })

  it.each(forTokens)('%s allows a read token to read and not to write', async (_, endpoint) => {
    const ports = memoryPorts()
    const authorization = `Bearer ${await createToken('look', 'read', ports)}`
    const request = { method: endpoint.method, path: endpoint.path, headers: { authorization } }
    const { status, headers } = await callHandler(
      lambda(endpoint, () => ports),
      request,
    )
    const challenge = `${needsToken}, error="insufficient_scope", scope="write"`
    if (endpoint.scope === 'write') expect([status, headers['www-authenticate']]).toEqual([403, challenge])
    else expect([401, 403]).not.toContain(status)
  })
})

describe('every endpoint', () => {
  it.each(strict)('%s refuses an unknown query parameter and names it', async (_, endpoint) => {
    const answer = await call(endpoint, '?colour=red')
    expectProblem(answer, 400, 'query.colour')
    expectCommonHeaders(answer)
  })

  it.each(strict)('%s returns the request id of the caller, even with an error', async (_, endpoint) => {
    const mine = await call(endpoint, '?colour=red', undefined, { 'x-request-id': 'mine-1.2_3' })
    expect([mine.headers.get('x-request-id'), mine.json.instance]).toEqual(['mine-1.2_3', 'urn:request:mine-1.2_3'])
    const odd = await call(endpoint, '?colour=red', undefined, { 'x-request-id': 'two words' })
    expect(odd.headers.get('x-request-id')).toMatch(/^[\w-]{10,}$/)
  })

  it.each(named)('%s declares a summary and a scope', (_, endpoint) => {
    expect(endpoint.summary.length).toBeGreaterThan(10)
    expect(endpoint.scope).toBe(expectedScope(endpoint))
  })
})

describe('every endpoint that is not a GET', () => {
  it.each(writing)('%s refuses an unknown field and names it', async (_, endpoint) => {
    expectProblem(await call(endpoint, '', { colour: 'red' }), 400, 'body.colour')
  })

  it.each(writing)('%s refuses malformed JSON and gives the position', async (_, endpoint) => {
    const answer = await call(endpoint, '', '{"a": 1,, }')
    expectProblem(answer, 400, 'body')
    expect(answer.json.detail).toMatch(/position 8/)
  })

  it.each(writing)('%s refuses a body over 1 MiB', async (_, endpoint) => {
    const ports = memoryPorts()
    const isForWorkers = endpoint.scope === 'label'
    const bearer = isForWorkers ? await enter(ports, await hire(ports)) : await createToken('ci', 'write', ports)
    const headers = { authorization: `Bearer ${bearer}` }
    const request = { method: endpoint.method, headers, body: ' '.repeat((1 << 20) + 1) }
    const { status, json } = await callHandler(
      lambda(endpoint, () => ports),
      request,
    )
    expect([status, json.code]).toEqual([413, 'payload-too-large'])
  })

  it.each(writing)('%s refuses a body that is not UTF-8', async (_, endpoint) => {
    expectProblem(await call(endpoint, '', Uint8Array.of(0x22, 0xff, 0x22)), 400)
  })

  it.each(writing)('%s refuses a body that is not an object', async (_, endpoint) => {
    for (const body of ['[]', '"text"', '1', 'true', 'null']) expectProblem(await call(endpoint, '', body), 400, 'body')
  })

  it.each(writing)('%s refuses a body that sets a prototype', async (_, endpoint) => {
    expectProblem(await call(endpoint, '', '{"__proto__":{"a":1}}'), 400)
    expectProblem(await call(endpoint, '', '{"constructor":{"prototype":1}}'), 400)
  })
})

/** The body `{}`, compressed. */
const COMPRESSED = [
  ['gzip', gzipSync('{}')],
  ['GZIP', gzipSync('{}')],
  ['deflate', deflateSync('{}')],
  ['br', brotliCompressSync('{}')],
  ['gzip, identity', gzipSync('{}')],
] as const

describe('every endpoint with a body', () => {
  it.each(withBody)('%s refuses a body that is not JSON', async (_, endpoint) => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', '']) {
      const answer = await call(endpoint, '', '{}', { 'content-type': type })
      expectProblem(answer, 415)
      expect(answer.json.detail).toContain('application/json')
    }
    for (const [encoding, compressed] of COMPRESSED)
      expectProblem(await call(endpoint, '', compressed, { 'content-encoding': encoding }), 415)
    expectProblem(await call(endpoint, '', '{}', { 'content-encoding': 'gzip' }), 415)
    expectProblem(await call(endpoint, '', '{}', { 'content-type': 'application/json; charset=utf-16' }), 415)
  })
})

describe('every list in a body', () => {
  const lists = withBody.flatMap(([name, endpoint]) =>
    Object.entries(toBody(endpoint, '') as object)
      .filter(([, value]) => Array.isArray(value))
      .map(([field, items]) => [`${name} ${field}`, endpoint, field, items as unknown[]] as const),
  )

  it.each(lists)(
    '%s refuses a repeated item if the contract says so, and only then',
    async (_, endpoint, field, items) => {
      const body = { ...(toBody(endpoint, web.url) as object), [field]: [...items, items[0]] }
      const { json } = await call(
        endpoint,
        trying.some(([, one]) => one === endpoint) ? '?validateOnly=true' : '',
        body,
      )
      const places: string[] = json.errors?.map(({ at }: { at: string }) => at) ?? []
      const { uniqueItems = false } = contract.components.schemas[`${endpoint.body?.meta()?.id}`].properties[field]
      expect(places.some((at) => at.startsWith(`body.${field}`))).toBe(uniqueItems)
    },
  )
})

describe('every endpoint with a name in its path', () => {
  it.each(withName)('%s refuses an invalid name and says what is valid', async (_, endpoint) => {
    const odd = ['%2e%2e', '..', '.', 'a%2Fb', '%00', 'a%0d%0ab', '-a', '%F0%9F%90%88', '__proto__']
    const long = ['a'.repeat(64), `${'a-'.repeat(32)}a`]
    for (const name of [...odd, ...long]) {
      const answer = await send(endpoint, toPath(endpoint, allNamed(name)))
      expectProblem(answer, 400, `path.${pathParameter(endpoint)}`)
      expect(answer.text).toContain(pathParameter(endpoint) === 'image' ? '32' : '63')
    }
  })

  it.each(withName.filter(([, endpoint]) => RESERVED[pathParameter(endpoint)]))(
    '%s refuses a reserved name',
    async (_, endpoint) => {
      for (const name of RESERVED[pathParameter(endpoint)] ?? []) {
        const answer = await send(endpoint, toPath(endpoint, allNamed(name)))
        expectProblem(answer, 400, `path.${pathParameter(endpoint)}`)
      }
    },
  )

  it.each(withName)('%s answers 404 or 405 when the name is empty', async (_, endpoint) => {
    const { status } = await send(endpoint, toPath(endpoint, allNamed('')))
    // The path of no endpoint takes tokens, and no sessions.
    expect(endpoint.scope === 'label' ? [401, 404, 405] : [404, 405]).toContain(status)
  })

  it.each(withName.filter(([, { method }]) => method !== 'PUT'))(
    '%s answers 404 when the resource does not exist',
    async (_, endpoint) => {
      const body = toBody(endpoint, web.url)
      const answer = await send(endpoint, `${toPath(endpoint, NOBODY)}${requiredQuery(endpoint)}`, body)
      expectProblem(answer, 404)
      expect(answer.json.detail).toContain(`"${NOBODY[pathParameter(endpoint)]}"`)
    },
  )
})

describe('every GET', () => {
  it.each(reading)('%s has an ETag and answers 304 to If-None-Match', async (_, endpoint) => {
    const first = await call(endpoint)
    expect(first.status).toBe(200)
    expectCommonHeaders(first)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]{20,}"$/)
    const again = await call(endpoint, undefined, undefined, { 'if-none-match': etag })
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
    expectCommonHeaders(again)
    const changed = await call(endpoint, undefined, undefined, { 'if-none-match': '"other"' })
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, etag])
    // A presigned URL differs each time.
    if (!first.text.includes('X-Amz-Signature')) expect(changed.text).toBe(first.text)
  })

  it.each(reading)('%s answers HEAD like GET without the body', async (_, endpoint) => {
    const pickHeaders = ({ headers }: Answer) => {
      const own = ['x-request-id', 'apigw-requestid', 'content-length', 'date']
      return [...headers].filter(([name]) => !own.includes(name))
    }
    const head = (headers: Record<string, string> = {}, rest = requiredQuery(endpoint)) =>
      send({ ...endpoint, method: 'HEAD' }, `${pathTo(endpoint)}${rest}`, undefined, headers)
    const [whole, bare] = [await call(endpoint), await head()]
    expect([bare.status, bare.text, pickHeaders(bare)]).toEqual([200, '', pickHeaders(whole)])
    const known = await head({ 'if-none-match': whole.headers.get('etag') ?? '' })
    expect([known.status, known.text]).toEqual([304, ''])
    const refused = await head({}, '?colour=red')
    expect([refused.status, refused.text]).toEqual([PAGES.includes(endpoint.path) ? 200 : 400, ''])
    if (endpoint.scope) expect((await head({ authorization: '' })).status).toBe(401)
  })
})

describe('every list', () => {
  it.each(paging)('%s refuses an invalid limit and an invalid cursor', async (_, endpoint) => {
    for (const limit of ['0', '1001', '-1', '1.5', 'abc', '', '1e2', '0x10', '%201', '1,2', '9'.repeat(400)]) {
      const answer = await call(endpoint, `?limit=${limit}`)
      expectProblem(answer, 400, 'query.limit')
      expect(answer.json.detail).toMatch(/1 to 1,?000/)
    }
    const { nextCursor } = (await api.call('GET', '/v1/datasets?limit=1')).json
    const position = nextCursor.split('.')[0]
    const elsewhere = endpoint.operationId === 'listDatasets' ? [] : [nextCursor]
    for (const cursor of ['', '%', 'x', '_w', '..', 'a'.repeat(3000), position, `${position}.`, ...elsewhere])
      expectProblem(await call(endpoint, `?cursor=${cursor}`), 400)
  })

  it('continues after its cursor while items are added before and after it', async () => {
    const page = async (rest = '') => (await api.call('GET', `/v1/datasets?limit=2${rest}`)).json
    const first = await page()
    const added = ['a-new-one', 'zz-new-one']
    for (const dataset of added) await api.call('PUT', `/v1/datasets/${dataset}`, SAMPLE_DATASETS['sample-train'])
    const seen = first.items
    for (let cursor = first.nextCursor; cursor !== undefined; ) {
      const { items, nextCursor } = await page(`&cursor=${cursor}`)
      seen.push(...items)
      cursor = nextCursor
    }
    const found = seen.map(({ dataset }: { dataset: string }) => dataset)
    expect(new Set(found).size).toBe(found.length)
    expect(found).toEqual(expect.arrayContaining(['sample-train', 'zz-new-one']))
    for (const dataset of added) await api.call('DELETE', `/v1/datasets/${dataset}`)
  })
})

describe('every PUT and POST that costs something', () => {
  it('has a dry run', () => {
    const costing = writing.filter(([, { method, operationId }]) => method !== 'DELETE' && !CHEAP.includes(operationId))
    expect(costing.map(([name]) => name).filter((name) => !trying.some(([one]) => one === name))).toEqual([])
  })

  it.each(trying)('%s changes nothing in a dry run', async (_, endpoint) => {
    const before = await api.keys()
    const isMade = endpoint.method === 'PUT' && !WRITTEN_ANEW.includes(endpoint.operationId)
    const path = toPath(endpoint, isMade ? { ...names, ...NOBODY } : names)
    const body = toBody(endpoint, web.url)
    const answer = await api.call(endpoint.method, `${path}?validateOnly=true`, body)
    expect([answer.status, answer.text]).toEqual([200, answer.text])
    expect(await api.keys()).toEqual(before)
    expectProblem(await api.call(endpoint.method, `${path}?validateOnly=1`, body), 400, 'query.validateOnly')
  })
})

describe('every path', () => {
  it('refuses an unknown method and lists the allowed ones', async () => {
    for (const path of new Set(endpoints.map((endpoint) => pathTo(endpoint)))) {
      const answer = await api.call('PATCH', path)
      expectProblem(answer, 405)
      expectCommonHeaders(answer)
      const known = endpoints.filter((endpoint) => pathTo(endpoint) === path).map(({ method }) => method)
      const allowed = known.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
      expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(allowed.toSorted())
    }
  })

  it('answers 404 with an encoded slash in place of one, and does not call its own method unknown', async () => {
    for (const endpoint of endpoints.filter(({ path }) => path.lastIndexOf('/') > 0)) {
      const path = pathTo(endpoint)
      for (const slash of ['%2F', '%2f']) {
        const answer = await api.call(endpoint.method, path.replace(/(?<=.)\//, slash))
        expectProblem(answer, 404)
        expect([answer.headers.get('allow'), answer.json.detail]).toEqual([null, expect.stringContaining('%2F')])
      }
    }
  })

  it('answers 404 with a trailing slash or an extra segment', async () => {
    for (const endpoint of endpoints)
      for (const end of ['/', '/nothing']) {
        const { status } = await api.call('GET', `${pathTo(endpoint)}${end}`)
        // /v1/batches/nothing is a batch.
        expect([400, 404, 405]).toContain(status)
      }
  })
})
