import { afterEach, describe, expect, it } from '@jest/globals'
import { audit } from '../../bench/load/audit.ts'
import { type CallResult, createLedger } from '../../bench/load/ledger.ts'
import { type Call, nextCall } from '../../bench/load/next-call.ts'
import { seededRandom } from '../../local/seeded-random.ts'
import { startTestServer, type TestServer } from '../support/http/test-server.ts'

const createCall: Call = {
  kind: 'make a batch',
  method: 'PUT',
  path: '/v1/batches/b',
  batch: 'b',
  body: { examplesPerClass: 4 },
  expected: [200, 201],
  refusals: ['conflict'],
}
const answer = (call: Call, status: number, body: unknown = {}): CallResult => ({ call, status, body, milliseconds: 1 })

/** Records answers in order and returns the violations. */
function findViolations(...answers: readonly CallResult[]): readonly string[] {
  const ledger = createLedger()
  for (const answer of answers) ledger.record(answer)
  return ledger.violations
}

describe('nextCall', () => {
  it('is determined by its seed, and first creates a batch', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed)
      return Array.from({ length: 100 }, (_, index) => nextCall(random, index === 0 ? [] : ['a', 'b']))
    }
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    expect(draw(1)[0]).toMatchObject({ kind: 'make a batch', method: 'PUT' })
    expect(new Set(draw(1).map(({ kind }) => kind)).size).toBe(6)
  })
})

describe('createLedger', () => {
  it('records no violation for expected results', () => {
    expect(
      findViolations(answer(createCall, 201), answer(createCall, 200), answer(createCall, 409, { code: 'conflict' })),
    ).toEqual([])
  })
  it.each([
    ['an internal error', answer(createCall, 500, { code: 'internal' })],
    ['an unexpected error code', answer(createCall, 409, { code: 'wrong-state' })],
    [
      'a missing batch that was created',
      answer({ ...createCall, kind: 'look at a batch', refusals: [] }, 404, { code: 'not-found' }),
    ],
    ['a second creation of a batch', answer(createCall, 201)],
  ])('records a violation for %s', (_, result) => {
    expect(findViolations(answer(createCall, 201), result)).toHaveLength(1)
  })
})

describe('audit', () => {
  const servers: TestServer[] = []
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })

  const WHOLE = {
    '/v1/batches?limit=1000': { items: [{ batch: 'b' }] },
    '/v1/batches/b': { request: { examplesPerClass: 4, batchOffset: 0 }, state: 'copied', imageCount: 1 },
    '/v1/batches/b/copy': { state: 'copied', total: 1, copied: 1, present: 0, pending: 0 },
    '/v1/batches/b/images?limit=1000': { items: [{ imageId: 'a', copy: 'copied' }] },
    '/v1/batches/b/manifest': { 'source-ref': 's3://a' },
  }

  /** Audits a batch that was created and copied and has a manifest, with some answers changed. */
  async function auditChanged(changes: Partial<Record<keyof typeof WHOLE, object>>): Promise<string[]> {
    const answers: Readonly<Record<string, object>> = { ...WHOLE, ...changes }
    const server = await startTestServer(({ url = '' }, response) => {
      const type = url.endsWith('manifest') ? 'application/jsonl' : 'application/json'
      response.writeHead(200, { 'content-type': type }).end(JSON.stringify(answers[url]))
    })
    servers.push(server)
    const ledger = createLedger()
    ledger.record(answer(createCall, 201))
    ledger.record(answer({ ...createCall, kind: 'start a copy', expected: [202] }, 202))
    ledger.record(answer({ ...createCall, kind: 'write a manifest' }, 201, { lines: 1 }))
    return await audit({ api: server.url, token: 'mine' }, ledger)
  }

  it('finds no violation when all results match', async () => {
    expect(await auditChanged({})).toEqual([])
  })
  it.each<[string, Parameters<typeof auditChanged>[0]]>([
    ['is not listed', { '/v1/batches?limit=1000': { items: [] } }],
    ['is listed twice', { '/v1/batches?limit=1000': { items: [{ batch: 'b' }, { batch: 'b' }] } }],
    ['has another request', { '/v1/batches/b': { ...WHOLE['/v1/batches/b'], request: { examplesPerClass: 5 } } }],
    ['lacks a copy', { '/v1/batches/b/copy': { ...WHOLE['/v1/batches/b/copy'], copied: 0 } }],
    ['is copied incompletely', { '/v1/batches/b/copy': { ...WHOLE['/v1/batches/b/copy'], state: 'incomplete' } }],
    ['lacks an image', { '/v1/batches/b/images?limit=1000': { items: [{ imageId: 'a', copy: 'failed' }] } }],
  ])('finds a violation when a batch %s', async (_, changes) => {
    expect(await auditChanged(changes)).toHaveLength(1)
  })
})
