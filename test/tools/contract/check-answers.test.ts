import { describe, expect, it } from '@jest/globals'
import { createAnswerChecker, type HttpExchange } from '../../../tools/contract/check-answers.ts'
import { readContract } from '../../../tools/contract/file.ts'

const contract = await readContract()
const check = createAnswerChecker(contract)

const health = { status: 'ok', version: '0.1.0', dependencies: { bucket: 'reachable' } }
const exchange = (
  changes: Partial<Omit<HttpExchange, 'headers'>> & { json?: unknown; headers?: Record<string, string> },
): HttpExchange => ({
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

describe('createAnswerChecker', () => {
  it('accepts declared responses', () => {
    expect(check(exchange({}))).toEqual([])
    expect(check(exchange({ method: 'HEAD', text: '' }))).toEqual([])
    expect(check(exchange({ path: '/v1/batches/b%31', ...problem(404, 'not-found') }))).toEqual([])
    expect(check(exchange({ path: '/nowhere', ...problem(404, 'not-found') }))).toEqual([])
  })

  it.each<[string, HttpExchange]>([
    ['with an undeclared status', exchange({ status: 418 })],
    ['with an undeclared field', exchange({ json: { ...health, colour: 'red' } })],
    [
      'with an undeclared nested field',
      exchange({ json: { ...health, dependencies: { bucket: 'reachable', disk: 1 } } }),
    ],
    ['with a field of the wrong type', exchange({ json: { ...health, version: 1 } })],
    ['with a missing field', exchange({ json: { status: 'ok', version: '0.1.0' } })],
    ['with an unknown enum value', exchange({ json: { ...health, status: 'fine' } })],
    ['with another content type', exchange({ headers: { 'content-type': 'text/html' } })],
    ['with an undeclared header', exchange({ headers: { 'x-powered-by': 'us' } })],
    ['to HEAD with a body', exchange({ method: 'HEAD' })],
    ['with status 304 and a body', exchange({ status: 304 })],
    [
      'with a code that its operation does not declare',
      exchange({ path: '/v1/batches', ...problem(404, 'not-found') }),
    ],
    ['with a status that does not match its code', exchange({ path: '/v1/batches', ...problem(403, 'unauthorized') })],
    ['for an unknown path with status 200', exchange({ path: '/nowhere' })],
    ['for an unknown path with another code', exchange({ path: '/nowhere', ...problem(422, 'bad-source') })],
  ])('finds a response %s', (_, answer) => {
    expect(check(answer)).not.toEqual([])
  })

  it('finds missing and invalid required headers', () => {
    const bare = { ...exchange({}), headers: new Headers({ 'content-type': 'application/json' }) }
    expect(check(bare)).toEqual(['the header x-request-id is missing', 'the header etag is missing'])
    const refused = exchange({ path: '/v1/batches', ...problem(401, 'unauthorized') })
    expect(check(refused)).toEqual([])
    const accepted = exchange({ method: 'DELETE', path: '/v1/batches/b', status: 202, text: '' })
    accepted.headers.delete('etag')
    expect(check(accepted)).toEqual(['the header location is missing', 'the header retry-after is missing'])
    accepted.headers.set('location', '/v1/batches/b')
    accepted.headers.set('retry-after', 'soon')
    expect(check(accepted)).toEqual(['the header retry-after is "soon"'])
  })

  it('accepts the errors of the gateway itself, with their exact messages', () => {
    const own = { ...exchange({ status: 400, text: '{"message":"Bad Request"}' }), headers: new Headers() }
    expect(check(own)).toEqual([])
    expect(check({ ...own, text: '{"message":"Something else"}' })).not.toEqual([])
  })
})
