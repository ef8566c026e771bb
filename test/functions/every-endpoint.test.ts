import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { findFunctions } from '../../local/functions.ts'
import { SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import type { Endpoint } from '../../shared/http/endpoint.ts'
import { expectProblem } from './problems.ts'
import { type RunningApi, startApi } from './running-api.ts'

// Functions read their environment once, when they are imported.
process.env.AWS_REGION ??= 'us-east-1'
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'
const { endpoints: functions } = await findFunctions()
// Every functions/ file exports the whole declaration; the gateway wants less of it.
const endpoints = functions.map(({ endpoint }) => endpoint as Endpoint).filter(({ path }) => path !== '$default')
const named = endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const)
const withBody = named.filter(([, { body }]) => body)
const writing = named.filter(([, { method }]) => method !== 'GET')
const withName = named.filter(([, { params }]) => params)
const reading = named.filter(([, { method }]) => method === 'GET')

const batchRequest = { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 3 }

const jobRequest = {
  batch: 'b',
  workteamArn: 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/simulated-workers',
}

let api: RunningApi
let keysBefore: string[]
beforeAll(async () => {
  api = await startApi({ pace: { milliseconds: 5 } })
  await api.importSample('sample-train')
  await api.call('PUT', '/v1/batches/b', batchRequest)
  await api.call('POST', '/v1/batches/b/copy')
  await api.until('/v1/batches/b/copy', ({ json }) => json.state === 'copied')
  await api.call('PUT', '/v1/batches/b/manifest')
  await api.call('PUT', '/v1/labeling-jobs/j', jobRequest)
  await api.until('/v1/labeling-jobs/j', ({ json }) => json.output !== undefined)
  keysBefore = await api.keys()
})
afterAll(async () => {
  const keys = await api.keys()
  await api.stop()
  // A worker that is busy while its import is cancelled may still write down how its round ended.
  // And the name of a labeling job stays taken for ever.
  const stays = /^(data\/raw\/mine\/\w+\/rounds\/\w+\/1|system\/labeling-jobs\/k)\.json$/
  expect(keys.filter((key) => !stays.test(key))).toEqual(keysBefore)
})

/** A path with names filled in. */
const pathOf = ({ path }: Endpoint, batch = 'b', dataset = 'sample-train', job = 'j') =>
  path.replace('{batch}', batch).replace('{dataset}', dataset).replace('{job}', job)

const nameOf = ({ path }: Endpoint): string => /\{(\w+)\}/.exec(path)?.[1] ?? ''

/** Names that stand for something else where these are kept. */
const RESERVED: Readonly<Record<string, readonly string[]>> = {
  dataset: ['raw', 'test', 'system', 'augmentation'],
  batch: ['raw', 'test', 'system', 'augmentation'],
  job: ['images', 'copies', 'manifests', 'Images'],
}

describe('every endpoint', () => {
  it.each(named)('%s refuses a query parameter that it does not know, naming it', async (_, endpoint) => {
    const answer = await api.call(endpoint.method, `${pathOf(endpoint)}?colour=red`)
    expectProblem(answer, 400, 'query.colour')
  })

  it.each(named)('%s takes a request id and gives it back, also when it refuses', async (_, endpoint) => {
    const path = `${pathOf(endpoint)}?colour=red`
    const mine = await api.call(endpoint.method, path, undefined, { 'x-request-id': 'mine-1.2_3' })
    expect([mine.headers.get('x-request-id'), mine.json.instance]).toEqual(['mine-1.2_3', 'urn:request:mine-1.2_3'])
    const odd = await api.call(endpoint.method, path, undefined, { 'x-request-id': 'two words' })
    expect(odd.headers.get('x-request-id')).toMatch(/^[\w-]{10,}$/)
  })

  it.each(named)('%s says what it is for, and what a token must allow', (_, endpoint) => {
    expect(endpoint.summary.length).toBeGreaterThan(10)
    expect(endpoint.scope).toBe(
      endpoint.path.startsWith('/v1')
        ? endpoint.method === 'GET' || endpoint.path.endsWith('/resolve')
          ? 'read'
          : 'write'
        : undefined,
    )
  })
})

describe('every endpoint that is no GET', () => {
  it.each(writing)('%s refuses a field that it does not know, naming it', async (_, endpoint) => {
    expectProblem(await api.call(endpoint.method, pathOf(endpoint), { colour: 'red' }), 400, 'body.colour')
  })

  it.each(writing)('%s refuses malformed JSON, and says where', async (_, endpoint) => {
    const answer = await api.call(endpoint.method, pathOf(endpoint), '{"a": 1,, }')
    expectProblem(answer, 400, 'body')
    expect(answer.json.detail).toMatch(/position 8/)
  })

  it.each(writing)('%s refuses a body over 1 MiB', async (_, endpoint) => {
    expectProblem(await api.call(endpoint.method, pathOf(endpoint), ' '.repeat((1 << 20) + 1)), 413)
  })

  it.each(writing)('%s refuses a body that is not UTF-8', async (_, endpoint) => {
    expectProblem(await api.call(endpoint.method, pathOf(endpoint), Uint8Array.of(0x22, 0xff, 0x22)), 400)
  })

  it.each(writing)('%s refuses a body that is no object', async (_, endpoint) => {
    for (const body of ['[]', '"text"', '1', 'true'])
      expectProblem(await api.call(endpoint.method, pathOf(endpoint), body), 400, 'body')
  })

  it.each(writing)('%s refuses a body that sets a prototype', async (_, endpoint) => {
    expectProblem(await api.call(endpoint.method, pathOf(endpoint), '{"__proto__":{"a":1}}'), 400)
    expectProblem(await api.call(endpoint.method, pathOf(endpoint), '{"constructor":{"prototype":1}}'), 400)
  })
})

describe('every endpoint with a body', () => {
  it.each(withBody)('%s wants it as JSON', async (_, endpoint) => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', '']) {
      const answer = await api.call(endpoint.method, pathOf(endpoint), '{}', { 'content-type': type })
      expectProblem(answer, 415)
      expect(answer.json.detail).toContain('application/json')
    }
  })
})

describe('every endpoint with a name in its path', () => {
  it.each(withName)('%s refuses what is no name, and says what one is', async (_, endpoint) => {
    const odd = ['%2e%2e', '..', '.', 'a%2Fb', '%00', 'a%0d%0ab', 'a'.repeat(64), '-a', '%F0%9F%90%88', '__proto__']
    for (const name of odd) {
      const answer = await api.call(endpoint.method, pathOf(endpoint, name, name, name))
      expectProblem(answer, 400, `path.${nameOf(endpoint)}`)
      expect(answer.text).toContain('must be 1 to 63')
    }
  })

  it.each(withName)('%s refuses a reserved name', async (_, endpoint) => {
    const names = RESERVED[nameOf(endpoint)] ?? []
    for (const name of names)
      expectProblem(
        await api.call(endpoint.method, pathOf(endpoint, name, name, name)),
        400,
        `path.${nameOf(endpoint)}`,
      )
    expect(names).toHaveLength(4)
  })

  it.each(withName)('%s has nothing where the name is empty', async (_, endpoint) => {
    const { status } = await api.call(endpoint.method, pathOf(endpoint, '', '', ''))
    expect([404, 405]).toContain(status)
  })

  it.each(withName.filter(([, { method }]) => method !== 'PUT'))(
    '%s does not find what is not there',
    async (_, endpoint) => {
      const body = endpoint.body && { classNames: ['Person'] }
      const answer = await api.call(endpoint.method, pathOf(endpoint, 'none', 'none', 'none'), body)
      expectProblem(answer, 404)
      expect(answer.json.detail).toContain('"none"')
    },
  )
})

describe('every GET', () => {
  it.each(reading)('%s has an ETag, and answers 304 to who has it', async (_, endpoint) => {
    const first = await api.call('GET', pathOf(endpoint))
    expect(first.status).toBe(200)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]{20,}"$/)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await api.call('GET', pathOf(endpoint), undefined, { 'if-none-match': known })
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
      expect(again.headers.get('x-request-id')).toBeTruthy()
    }
    const changed = await api.call('GET', pathOf(endpoint), undefined, { 'if-none-match': '"other"' })
    expect([changed.status, changed.text]).toEqual([200, first.text])
  })

  it.each(reading.filter(([, { query }]) => query))(
    '%s refuses a limit and a cursor that are none',
    async (_, endpoint) => {
      for (const limit of ['0', '1001', '-1', '1.5', 'abc', '', '1e2', '0x10', '%201', '1,2', '9'.repeat(400)]) {
        const answer = await api.call('GET', `${pathOf(endpoint)}?limit=${limit}`)
        expectProblem(answer, 400, 'query.limit')
        expect(answer.json.detail).toContain('must be a whole number from 1 to 1000')
      }
      for (const cursor of ['', '%', 'x', '_w', '..', 'a'.repeat(3000)])
        expectProblem(await api.call('GET', `${pathOf(endpoint)}?cursor=${cursor}`), 400)
    },
  )
})

describe('every path', () => {
  it('refuses methods that it does not know, naming those that it does', async () => {
    for (const path of new Set(endpoints.map((endpoint) => pathOf(endpoint)))) {
      const answer = await api.call('PATCH', path)
      expectProblem(answer, 405)
      const allowed = endpoints.filter((endpoint) => pathOf(endpoint) === path).map(({ method }) => method)
      expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(allowed.toSorted())
    }
  })

  it('is not found with a slash at its end, or with something behind it', async () => {
    for (const endpoint of endpoints)
      for (const end of ['/', '/nothing']) {
        const { status } = await api.call('GET', `${pathOf(endpoint)}${end}`)
        // /v1/batches/nothing is a batch.
        expect([400, 404, 405]).toContain(status)
      }
  })
})

describe('every 2xx answer', () => {
  const called = new Set<string>()

  /** Calls an endpoint and holds the answer against the schema that it declares. */
  async function declared(method: string, path: string, status: number, url: string, body?: unknown) {
    const endpoint = endpoints.find((known) => known.method === method && known.path === path)
    const answer = await api.call(method, url, body)
    expect([url, answer.status, answer.text]).toEqual([url, status, answer.text])
    expect(Object.keys(endpoint?.answers ?? {})).toContain(String(status))
    const schema = endpoint?.answers[status]
    if (schema) expect(schema.parse(answer.json)).toEqual(answer.json)
    else expect(answer.json).toBeUndefined()
    called.add(`${method} ${path} ${status}`)
    return answer.json
  }

  it('is what the endpoint declares, to the field', async () => {
    const dataset = '/v1/datasets/{dataset}'
    const batch = '/v1/batches/{batch}'
    const train = '/v1/datasets/sample-train'
    await declared('GET', '/health', 200, '/health')
    await declared('GET', '/v1/datasets', 200, '/v1/datasets')
    await declared('GET', dataset, 200, train)
    await declared('PUT', dataset, 200, train, SAMPLE_DATASETS['sample-train'])
    await declared('PUT', dataset, 200, '/v1/datasets/mine?validateOnly=true', SAMPLE_DATASETS['sample-train'])
    await declared('PUT', dataset, 201, '/v1/datasets/mine', SAMPLE_DATASETS['sample-train'])
    await declared('POST', `${dataset}/import`, 200, '/v1/datasets/mine/import?validateOnly=true')
    await declared('POST', `${dataset}/import`, 202, '/v1/datasets/mine/import')
    await declared('DELETE', `${dataset}/import`, 200, '/v1/datasets/mine/import')
    await declared('DELETE', dataset, 204, '/v1/datasets/mine')
    await declared('GET', `${dataset}/classes`, 200, `${train}/classes?search=per&limit=3`)
    await declared('POST', `${dataset}/classes/resolve`, 200, `${train}/classes/resolve`, { classNames: ['Person'] })
    await declared('PUT', batch, 200, '/v1/batches/c?validateOnly=true', batchRequest)
    await declared('PUT', batch, 201, '/v1/batches/c', batchRequest)
    await declared('PUT', batch, 200, '/v1/batches/c', batchRequest)
    await declared('PUT', batch, 202, '/v1/batches/d', { ...batchRequest, examplesPerClass: 3000 })
    await declared('GET', batch, 200, '/v1/batches/c')
    await declared('GET', '/v1/batches', 200, '/v1/batches')
    await declared('POST', `${batch}/copy`, 200, '/v1/batches/c/copy?validateOnly=true')
    await declared('POST', `${batch}/copy`, 202, '/v1/batches/c/copy', {})
    await api.until('/v1/batches/c/copy', ({ json }) => json.state === 'copied')
    await declared('POST', `${batch}/copy`, 200, '/v1/batches/c/copy')
    await declared('GET', `${batch}/copy`, 200, '/v1/batches/c/copy')
    await declared('GET', `${batch}/images`, 200, '/v1/batches/c/images')
    await declared('PUT', `${batch}/manifest`, 200, '/v1/batches/c/manifest?validateOnly=true', {})
    await declared('PUT', `${batch}/manifest`, 201, '/v1/batches/c/manifest', { provenance: true })
    await declared('GET', `${batch}/manifest`, 200, '/v1/batches/c/manifest')
    await api.until('/v1/batches/d', ({ json }) => json.state === 'selected')
    await declared('POST', `${batch}/copy`, 202, '/v1/batches/d/copy')
    const cancelled = await api.call('DELETE', '/v1/batches/d/copy')
    // The twenty images may be copied before they can be cancelled.
    expect([200, 409]).toContain(cancelled.status)
    const job = '/v1/labeling-jobs/{job}'
    const onC = { ...jobRequest, batch: 'c' }
    await declared('GET', '/v1/workteams', 200, '/v1/workteams')
    await declared('PUT', job, 200, '/v1/labeling-jobs/k?validateOnly=true', onC)
    await declared('PUT', job, 201, '/v1/labeling-jobs/k', onC)
    await declared('PUT', job, 200, '/v1/labeling-jobs/k', onC)
    await declared('GET', job, 200, '/v1/labeling-jobs/k')
    await declared('GET', '/v1/labeling-jobs', 200, '/v1/labeling-jobs')
    await api.until('/v1/labeling-jobs/k', ({ json }) => json.output !== undefined)
    await declared('GET', `${job}/annotations`, 200, '/v1/labeling-jobs/k/annotations')
    await declared('POST', `${job}/stop`, 200, '/v1/labeling-jobs/k/stop')
    await declared('DELETE', batch, 200, '/v1/batches/c?validateOnly=true')
    await declared('DELETE', batch, 204, '/v1/batches/c')
    await declared('DELETE', batch, 204, '/v1/batches/d')
    const left = named.map(([name]) => name).filter((name) => ![...called].some((one) => one.startsWith(`${name} 2`)))
    expect(left).toEqual(['DELETE /v1/batches/{batch}/copy'])
  })
})
