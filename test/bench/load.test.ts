import { afterEach, describe, expect, it } from '@jest/globals'
import { audit } from '../../bench/load/audit.ts'
import { emptyLedger, type Told } from '../../bench/load/ledger.ts'
import { type Call, nextCall } from '../../bench/load/next-call.ts'
import { seededRandom } from '../../local/seeded-random.ts'
import { startTestServer, type TestServer } from '../support/world/http-server.ts'

const made: Call = {
  kind: 'make a batch',
  method: 'PUT',
  path: '/v1/batches/b',
  batch: 'b',
  body: { examplesPerClass: 4 },
  expected: [200, 201],
  refusals: ['conflict'],
}
const told = (call: Call, status: number, body: unknown = {}): Told => ({ call, status, body, milliseconds: 1 })

/** What is wrong with answers that came one after another. */
function wrongIn(...answers: readonly Told[]): readonly string[] {
  const ledger = emptyLedger()
  for (const answer of answers) ledger.note(answer)
  return ledger.wrong
}

describe('what clients do under load', () => {
  it('is the same for the same seed, and begins with a batch', () => {
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

describe('what clients are told under load', () => {
  it('is no fault where it was to be expected', () => {
    expect(wrongIn(told(made, 201), told(made, 200), told(made, 409, { code: 'conflict' }))).toEqual([])
  })
  it.each([
    ['a failure', told(made, 500, { code: 'internal' })],
    ['another refusal', told(made, 409, { code: 'wrong-state' })],
    [
      'that a batch is gone which was made',
      told({ ...made, kind: 'look at a batch', refusals: [] }, 404, { code: 'not-found' }),
    ],
    ['twice that it was made', told(made, 201)],
  ])('is a fault where it is %s', (_, answer) => {
    expect(wrongIn(told(made, 201), answer)).toHaveLength(1)
  })
})

describe('what is there after a load', () => {
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

  /** What is wrong with a batch that was made, copied, and has a manifest. */
  async function wrongWith(changes: Partial<Record<keyof typeof WHOLE, object>>): Promise<string[]> {
    const answers: Readonly<Record<string, object>> = { ...WHOLE, ...changes }
    const server = await startTestServer(({ url = '' }, response) => {
      const type = url.endsWith('manifest') ? 'application/jsonl' : 'application/json'
      response.writeHead(200, { 'content-type': type }).end(JSON.stringify(answers[url]))
    })
    servers.push(server)
    const ledger = emptyLedger()
    ledger.note(told(made, 201))
    ledger.note(told({ ...made, kind: 'start a copy', expected: [202] }, 202))
    ledger.note(told({ ...made, kind: 'write a manifest' }, 201, { lines: 1 }))
    return await audit({ api: server.url, token: 'mine' }, ledger)
  }

  it('is nothing wrong where all is as it was told', async () => {
    expect(await wrongWith({})).toEqual([])
  })
  it.each<[string, Parameters<typeof wrongWith>[0]]>([
    ['is not listed', { '/v1/batches?limit=1000': { items: [] } }],
    ['is listed twice', { '/v1/batches?limit=1000': { items: [{ batch: 'b' }, { batch: 'b' }] } }],
    ['is another', { '/v1/batches/b': { ...WHOLE['/v1/batches/b'], request: { examplesPerClass: 5 } } }],
    ['lacks a copy', { '/v1/batches/b/copy': { ...WHOLE['/v1/batches/b/copy'], copied: 0 } }],
    ['is half copied', { '/v1/batches/b/copy': { ...WHOLE['/v1/batches/b/copy'], state: 'incomplete' } }],
    ['lacks an image', { '/v1/batches/b/images?limit=1000': { items: [{ imageId: 'a', copy: 'failed' }] } }],
  ])('is a fault where a batch %s', async (_, changes) => {
    expect(await wrongWith(changes)).toHaveLength(1)
  })
})
