import { S3Error } from './errors.ts'
import type { S3Request } from './request.ts'

/** A CORS rule of a bucket. */
export interface CorsRule {
  readonly id?: string
  /** Each may contain one `*`. */
  readonly origins: readonly string[]
  readonly methods: readonly string[]
  /** Allowed request headers; each may contain one `*`. */
  readonly headers: readonly string[]
  readonly exposed: readonly string[]
  readonly maxAgeSeconds?: number
}

const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'

/** Returns the CORS response headers; none without an `Origin` header or a matching rule. */
export function corsHeaders(rules: readonly CorsRule[], request: S3Request): Record<string, string> {
  const origin = request.header('origin')
  if (origin === undefined) return {}
  const rule = rules.find((candidate) => allows(candidate, origin, request.method))
  return rule === undefined ? {} : grantHeaders(rule, origin)
}

/**
 * Returns the response headers of a preflight request.
 * @throws S3Error `BadRequest` for missing headers, `AccessForbidden` without a matching rule
 */
export function preflightHeaders(rules: readonly CorsRule[], request: S3Request): Record<string, string> {
  const origin = request.header('origin')
  const method = request.header('access-control-request-method')
  const requestHeaders = request.header('access-control-request-headers')
  if (origin === undefined)
    throw new S3Error('BadRequest', {}, 'Insufficient information. Origin request header needed.')
  if (method === undefined) throw new S3Error('BadRequest', {}, 'Invalid Access-Control-Request-Method: null')
  if (rules.length === 0) throw new S3Error('AccessForbidden', {}, 'CORSResponse: CORS is not enabled for this bucket.')
  const headers = (requestHeaders ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const rule = rules.find((candidate) => allows(candidate, origin, method, headers))
  if (rule === undefined) throw new S3Error('AccessForbidden', { Method: method, ResourceType: 'OBJECT' })
  return {
    ...grantHeaders(rule, origin),
    ...(requestHeaders !== undefined && { 'access-control-allow-headers': headers.join(', ').toLowerCase() }),
    ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
  }
}

function allows(rule: CorsRule, origin: string, method: string, headers: readonly string[] = []): boolean {
  return (
    rule.methods.includes(method) &&
    rule.origins.some((pattern) => matchesPattern(pattern, origin)) &&
    headers.every((name) => rule.headers.some((pattern) => matchesPattern(pattern.toLowerCase(), name.toLowerCase())))
  )
}

function grantHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const open = rule.origins.includes('*')
  return {
    'access-control-allow-origin': open ? '*' : origin,
    'access-control-allow-methods': rule.methods.join(', '),
    ...(!open && { 'access-control-allow-credentials': 'true' }),
    ...(rule.exposed.length > 0 && { 'access-control-expose-headers': rule.exposed.join(', ') }),
    vary: VARY,
  }
}

/** Matches text against a pattern with at most one `*`. */
function matchesPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const tail = pattern.slice(star + 1)
  return text.length >= pattern.length - 1 && text.startsWith(pattern.slice(0, star)) && text.endsWith(tail)
}
