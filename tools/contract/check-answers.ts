import { type Answer, escaped, type Found, operationFinder, type Paths } from './routes.ts'
import { schemaChecker, type Validate } from './schema-checker.ts'

/** An answer as it came over the wire, with the request that it answers. */
export interface Seen {
  readonly method: string
  /** With its query, percent-encoded as it was sent. */
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** What any answer may carry besides what its operation declares. */
const GENERAL = new Set([
  ...['apigw-requestid', 'connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'],
  ...['cache-control', 'content-encoding', 'content-security-policy', 'cross-origin-resource-policy'],
  ...['referrer-policy', 'strict-transport-security', 'vary', 'x-content-type-options', 'x-frame-options'],
  'x-xss-protection',
])

/** Told to web pages of other origins only. */
const CROSS_ORIGIN = /^access-control-/

/** Codes that a request has which no operation takes. */
const UNKNOWN_PATH = ['unauthorized', 'forbidden', 'not-found', 'method-not-allowed', 'internal']

/** The gateway's own words, before any function. */
const GATEWAY: Readonly<Record<number, string>> = { 400: 'Bad Request', 413: 'Request Entity Too Large' }

interface Contract {
  readonly paths: Paths
  readonly components: {
    readonly responses: Readonly<Record<string, Answer>>
    readonly headers: Readonly<Record<string, HeaderSchema>>
  }
}

interface HeaderSchema {
  readonly required?: boolean
  readonly schema: { readonly pattern?: string }
}

/**
 * Holds answers against the contract, to the field: what it does not declare must not be there.
 * @returns what is wrong with an answer, in sentences; nothing when all is right
 */
export function answerChecker(contract: Contract): (seen: Seen) => readonly string[] {
  const find = operationFinder(contract.paths)
  const validate = schemaChecker(contract)
  return (seen) => {
    const found = find(seen.method, seen.path)
    if (isGateways(seen)) return []
    return found ? declared(seen, found, contract, validate) : undeclared(seen, validate)
  }
}

const isGateways = ({ status, headers, text }: Seen): boolean =>
  !headers.has('x-request-id') && GATEWAY[status] !== undefined && text === JSON.stringify({ message: GATEWAY[status] })

function declared(seen: Seen, { operation, pointer }: Found, contract: Contract, validate: Validate): string[] {
  const own = operation.responses[seen.status]
  const shared = own?.$ref?.split('/').at(-1)
  const answer = shared === undefined ? own : contract.components.responses[shared]
  if (!answer) return [`${operation.operationId} does not declare the status ${seen.status}`]
  return [
    ...headerFaults(seen.headers, answer.headers ?? {}, contract),
    ...bodyFaults(seen, answer.content, `${own?.$ref ?? `${pointer}/${seen.status}`}/content`, validate),
  ]
}

/** A path or method that no operation has: a problem, or the answer to a preflight. */
function undeclared(seen: Seen, validate: Validate): string[] {
  if (!seen.headers.has('x-request-id')) return ['the header x-request-id is missing']
  if (seen.method === 'OPTIONS' && seen.status === 204) return seen.text === '' ? [] : ['a preflight has no body']
  const type = typeOf(seen.headers)
  if (seen.method === 'HEAD') return seen.text === '' ? [] : ['a HEAD has no body']
  if (type !== 'application/problem+json') return [`an unknown path is answered with ${type}`]
  const problem: unknown = JSON.parse(seen.text)
  const code = typeof problem === 'object' && problem !== null && 'code' in problem ? String(problem.code) : ''
  const faults = validate('#/components/schemas/Problem', problem)
  return UNKNOWN_PATH.includes(code) ? [...faults] : [...faults, `an unknown path is refused as "${code}"`]
}

function headerFaults(headers: Headers, declared: NonNullable<Answer['headers']>, { components }: Contract): string[] {
  const known = Object.entries(declared).map(([name, { $ref }]) => {
    return { name, schema: components.headers[$ref.split('/').at(-1) ?? ''] }
  })
  const missing = known.filter(({ name, schema }) => schema?.required && !headers.has(name))
  const odd = known.filter(({ name, schema }) => {
    const value = headers.get(name)
    return value !== null && !new RegExp(schema?.schema.pattern ?? '').test(value)
  })
  const strange = [...headers.keys()].filter(
    (name) => !(name in declared) && !GENERAL.has(name) && !CROSS_ORIGIN.test(name),
  )
  return [
    ...missing.map(({ name }) => `the header ${name} is missing`),
    ...odd.map(({ name }) => `the header ${name} is "${headers.get(name)}"`),
    ...strange.map((name) => `the header ${name} is not declared`),
  ]
}

const typeOf = (headers: Headers): string => headers.get('content-type')?.split(';')[0]?.trim() ?? ''

function bodyFaults(seen: Seen, content: object | undefined, pointer: string, validate: Validate): string[] {
  if (seen.method === 'HEAD' || !content) return seen.text === '' ? [] : ['there must be no body']
  const type = typeOf(seen.headers)
  if (!(type in content)) return [`the content type is "${type}", not ${Object.keys(content).join(' or ')}`]
  if (!/^application\/(problem\+)?json$/.test(type)) return []
  return [...validate(`${pointer}/${escaped(type)}/schema`, JSON.parse(seen.text))]
}
