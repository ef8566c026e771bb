import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { decodePath } from '../../shared/platform/http/path.ts'
import { ACCOUNT } from './lambda-context.ts'
import type { RouteMatch } from './route-table.ts'

const TEXT = /^(text\/.*|application\/(json|.*\+json|xml|.*\+xml|javascript|x-www-form-urlencoded))$/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** Hop-by-hop headers, which the gateway does not forward. Cookies have their own field in the event. */
const OMITTED_HEADERS = new Set(['connection', 'cookie', 'expect', 'keep-alive', 'te', 'transfer-encoding', 'upgrade'])

/** A parsed request target. */
export interface Target {
  /** The percent-decoded path segments. */
  readonly segments: readonly string[]
  /** The raw query string, without the question mark. */
  readonly query: string
}

/** Parses a request target. Returns undefined for malformed percent-encoding. */
export function parseTarget(url: string): Target | undefined {
  const [path = '', ...rest] = url.split('?')
  const segments = decodePath(path)
  return segments && { segments, query: rest.join('?') }
}

/**
 * Builds the event of payload format 2.0 for a request. The path is percent-decoded, as in HTTP APIs.
 * @param body the complete body; passed as text if its content type is textual and it is valid UTF-8, else as base64
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toEvent(
  request: IncomingMessage,
  target: Target,
  body: Buffer,
  match: RouteMatch,
  requestId: string,
): APIGatewayProxyEventV2 {
  const headers = toHeaders(request)
  const cookies = request.headers.cookie?.split(/; */)
  const query = joinValues(new URLSearchParams(target.query))
  const path = `/${target.segments.join('/')}`
  const now = new Date()
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath: path,
    rawQueryString: target.query,
    ...(cookies && { cookies }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      requestId,
      accountId: ACCOUNT,
      apiId: 'local',
      domainName: headers.host?.replace(/:\d+$/, '') ?? 'localhost',
      domainPrefix: 'local',
      http: toHttpContext(request, path),
      routeKey: match.routeKey,
      stage: '$default',
      time: formatLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: { ...match.pathParameters } }),
    ...encodeBody(body, headers),
  }
}

/** Joins the values of repeated names with commas, in their order of appearance. */
function joinValues(pairs: Iterable<readonly [string, string]>): Record<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of pairs) {
    const earlier = values.get(name)
    values.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return Object.fromEntries(values)
}

function toHeaders({ rawHeaders, socket }: IncomingMessage): Record<string, string> {
  const sent = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1] ?? ''] as const] : [],
  )
  const added = [
    ['x-forwarded-for', socket.remoteAddress ?? ''],
    ['x-forwarded-port', String(socket.localPort)],
    ['x-forwarded-proto', 'http'],
    ['x-amzn-trace-id', `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`],
  ] as const
  return joinValues([...sent.filter(([name]) => !OMITTED_HEADERS.has(name)), ...added])
}

const toHttpContext = (request: IncomingMessage, path: string): APIGatewayProxyEventV2['requestContext']['http'] => ({
  method: request.method ?? 'GET',
  path,
  protocol: `HTTP/${request.httpVersion}`,
  sourceIp: request.socket.remoteAddress ?? '',
  userAgent: request.headers['user-agent'] ?? '',
})

/** Formats a time as `12/Mar/2026:19:03:58 +0000`. */
function formatLogTime(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().split('T')
  const [year, , day] = date.split('-')
  return `${day}/${MONTHS[time.getUTCMonth()]}/${year}:${clock.slice(0, 8)} +0000`
}

function encodeBody(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false }
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
  const isText = TEXT.test(type) && headers['content-encoding'] === undefined && isUtf8(body)
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText }
}
