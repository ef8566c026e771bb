import {
  type Answer,
  createOperationFinder,
  escapePointer,
  type FoundOperation,
  type Paths,
} from './operation-finder.ts'
import { createSchemaChecker, type Validate } from './schema-checker.ts'

/** A request and its response as observed over HTTP. */
export interface HttpExchange {
  readonly method: string
  /** Raw path with query, percent-encoded as sent. */
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Headers that every response may have. */
const GENERAL_HEADERS = new Set([
  ...['apigw-requestid', 'connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'],
  ...[
    'cache-control',
    'content-encoding',
    'content-security-policy',
    'cross-origin-opener-policy',
    'cross-origin-resource-policy',
  ],
  ...['referrer-policy', 'strict-transport-security', 'vary', 'x-content-type-options', 'x-frame-options'],
  'x-xss-protection',
])

/** Headers for web pages of other origins. */
const CROSS_ORIGIN = /^access-control-/

/** Error codes of requests that match no operation. */
const UNKNOWN_PATH_CODES = ['unauthorized', 'forbidden', 'not-found', 'method-not-allowed', 'internal']

/** Error messages of the gateway itself. */
const GATEWAY_MESSAGES: Readonly<Record<number, string>> = { 400: 'Bad Request', 413: 'Request Entity Too Large' }

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
 * Creates a checker that compares responses with the OpenAPI document. Undeclared fields and headers are violations.
 * @returns a function that returns the violations of a response, in words
 */
export function createAnswerChecker(contract: Contract): (exchange: HttpExchange) => readonly string[] {
  const find = createOperationFinder(contract.paths)
  const validate = createSchemaChecker(contract)
  return (exchange) => {
    const found = find(exchange.method, exchange.path)
    if (isGatewayError(exchange)) return []
    return found ? checkDeclared(exchange, found, contract, validate) : checkUnknownPath(exchange, validate)
  }
}

/** The gateway's own response to HEAD has no text; ours has another content type. */
const isGatewayError = ({ method, status, headers, text }: HttpExchange): boolean =>
  !headers.has('x-request-id') &&
  GATEWAY_MESSAGES[status] !== undefined &&
  (text === JSON.stringify({ message: GATEWAY_MESSAGES[status] }) ||
    (method === 'HEAD' && text === '' && headers.get('content-type') === 'application/json'))

function checkDeclared(
  exchange: HttpExchange,
  { operation, pointer }: FoundOperation,
  contract: Contract,
  validate: Validate,
): string[] {
  const own = operation.responses[exchange.status]
  const shared = own?.$ref?.split('/').at(-1)
  const answer = shared === undefined ? own : contract.components.responses[shared]
  if (!answer) return [`${operation.operationId} does not declare the status ${exchange.status}`]
  return [
    ...checkHeaders(exchange.headers, answer.headers ?? {}, contract),
    ...checkBody(exchange, answer, `${own?.$ref ?? `${pointer}/${exchange.status}`}/content`, validate),
  ]
}

/** Checks the response for a path or method without operation: a problem document, or the response to a preflight. */
function checkUnknownPath(exchange: HttpExchange, validate: Validate): string[] {
  if (!exchange.headers.has('x-request-id')) return ['the header x-request-id is missing']
  if (exchange.method === 'OPTIONS' && exchange.status === 204)
    return exchange.text === '' ? [] : ['a response to a preflight must have no body']
  const type = readContentType(exchange.headers)
  if (exchange.method === 'HEAD') return exchange.text === '' ? [] : ['a response to HEAD must have no body']
  if (type !== 'application/problem+json') return [`an unknown path has the content type ${type}`]
  const problem: unknown = JSON.parse(exchange.text)
  const code = typeof problem === 'object' && problem !== null && 'code' in problem ? String(problem.code) : ''
  const issues = validate('#/components/schemas/Problem', problem)
  return UNKNOWN_PATH_CODES.includes(code) ? [...issues] : [...issues, `an unknown path has the code "${code}"`]
}

function checkHeaders(headers: Headers, declared: NonNullable<Answer['headers']>, { components }: Contract): string[] {
  const known = Object.entries(declared).map(([name, { $ref }]) => {
    return { name, schema: components.headers[$ref.split('/').at(-1) ?? ''] }
  })
  const missing = known.filter(({ name, schema }) => schema?.required && !headers.has(name))
  const invalid = known.filter(({ name, schema }) => {
    const value = headers.get(name)
    return value !== null && !new RegExp(schema?.schema.pattern ?? '').test(value)
  })
  const undeclared = [...headers.keys()].filter(
    (name) => !(name in declared) && !GENERAL_HEADERS.has(name) && !CROSS_ORIGIN.test(name),
  )
  return [
    ...missing.map(({ name }) => `the header ${name} is missing`),
    ...invalid.map(({ name }) => `the header ${name} is "${headers.get(name)}"`),
    ...undeclared.map((name) => `the header ${name} is not declared`),
  ]
}

const readContentType = (headers: Headers): string => headers.get('content-type')?.split(';')[0]?.trim() ?? ''

function checkBody(exchange: HttpExchange, answer: Answer, pointer: string, validate: Validate): string[] {
  const { content, 'x-error-codes': codes } = answer
  if (exchange.method === 'HEAD' || !content) return exchange.text === '' ? [] : ['there must be no body']
  const type = readContentType(exchange.headers)
  if (!(type in content)) return [`the content type is "${type}", not ${Object.keys(content).join(' or ')}`]
  if (!/^application\/(problem\+)?json$/.test(type)) return []
  const body: unknown = JSON.parse(exchange.text)
  const issues = validate(`${pointer}/${escapePointer(type)}/schema`, body)
  return [...issues, ...(codes ? checkProblem(body, exchange.status, codes) : [])]
}

/** Checks what the schema of all problems leaves open: that status and code are those of this response. */
function checkProblem(problem: unknown, status: number, codes: readonly string[]): string[] {
  const fields = typeof problem === 'object' && problem !== null ? { status: 0, code: '', ...problem } : undefined
  if (!fields) return ['the body is no problem document']
  return [
    ...(fields.status === status ? [] : [`the problem has the status ${fields.status}, not ${status}`]),
    ...(codes.includes(fields.code) ? [] : [`the code "${fields.code}" is not one of ${codes.join(', ')}`]),
  ]
}
