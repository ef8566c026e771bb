import { describe, expect, it } from '@jest/globals'
import { answerChecker, type Seen } from '../../../tools/contract/check-answers.ts'
import { readContract } from '../../../tools/contract/file.ts'

const contract = await readContract()
const check = answerChecker(contract)

const health = { status: 'ok', version: '0.1.0', dependencies: { bucket: 'reachable' } }
const seen = (
  changes: Partial<Omit<Seen, 'headers'>> & { json?: unknown; headers?: Record<string, string> },
): Seen => ({
  method: 'GET',
  path: '/health',
  status: 200,
  text: JSON.stringify(changes.json ?? health),
  ...changes,
  headers: new Headers({
    'x-request-id': 'r',
    'content-type': 'application/json',
    ...((changes.status ?? 200) < 400 && { etag: '"e"' }),
    ...changes.headers,
  }),
})

const problem = (status: number, code: string) => ({
  status,
  headers: {
    'content-type': 'application/problem+json',
    ...([401, 403].includes(status) && { 'www-authenticate': 'Bearer' }),
  },
  json: { type: `urn:${code}`, title: 'T', status, detail: 'D', instance: 'urn:request:r', code, errors: [] },
})

describe('an answer', () => {
  it('is right when it is what the contract declares', () => {
    expect(check(seen({}))).toEqual([])
    expect(check(seen({ method: 'HEAD', text: '' }))).toEqual([])
    expect(check(seen({ path: '/v1/batches/b%31', ...problem(404, 'not-found') }))).toEqual([])
    expect(check(seen({ path: '/nowhere', ...problem(404, 'not-found') }))).toEqual([])
  })

  it.each<[string, Seen]>([
    ['of an undeclared status', seen({ status: 418 })],
    ['with a field too many', seen({ json: { ...health, colour: 'red' } })],
    ['with a field too many further in', seen({ json: { ...health, dependencies: { bucket: 'reachable', disk: 1 } } })],
    ['with a field of another type', seen({ json: { ...health, version: 1 } })],
    ['with a field too few', seen({ json: { status: 'ok', version: '0.1.0' } })],
    ['with a word that is not of its list', seen({ json: { ...health, status: 'fine' } })],
    ['of another content type', seen({ headers: { 'content-type': 'text/html' } })],
    ['with a header that nobody declared', seen({ headers: { 'x-powered-by': 'us' } })],
    ['to a HEAD that has a body', seen({ method: 'HEAD' })],
    ['304 with a body', seen({ status: 304 })],
    ['with a code that its call does not have', seen({ path: '/v1/batches', ...problem(404, 'not-found') })],
    ['with a status that is not that of its code', seen({ path: '/v1/batches', ...problem(403, 'unauthorized') })],
    ['from nowhere', seen({ path: '/nowhere' })],
    ['from nowhere that blames the request', seen({ path: '/nowhere', ...problem(422, 'bad-source') })],
  ])('%s is found', (_, answer) => {
    expect(check(answer)).not.toEqual([])
  })

  it('is found without the headers that each must have', () => {
    const bare = { ...seen({}), headers: new Headers({ 'content-type': 'application/json' }) }
    expect(check(bare)).toEqual(['the header x-request-id is missing', 'the header etag is missing'])
    const refused = seen({ path: '/v1/batches', ...problem(401, 'unauthorized') })
    expect(check(refused)).toEqual([])
    const accepted = seen({ method: 'DELETE', path: '/v1/batches/b', status: 202, text: '' })
    accepted.headers.delete('etag')
    expect(check(accepted)).toEqual(['the header location is missing', 'the header retry-after is missing'])
    accepted.headers.set('location', '/v1/batches/b')
    accepted.headers.set('retry-after', 'soon')
    expect(check(accepted)).toEqual(['the header retry-after is "soon"'])
  })

  it('of the gateway itself is let be, in its own words only', () => {
    const own = { ...seen({ status: 400, text: '{"message":"Bad Request"}' }), headers: new Headers() }
    expect(check(own)).toEqual([])
    expect(check({ ...own, text: '{"message":"Something else"}' })).not.toEqual([])
  })
})
