import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { ACCOUNT } from './lambda-context.ts'
import type { Match } from './route-table.ts'

const TEXT = /^(text\/.*|application\/(json|.*\+json|xml|.*\+xml|javascript|x-www-form-urlencoded))$/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** Said between the caller and the gateway only; cookies travel in a field of their own. */
const NOT_PASSED_ON = new Set(['connection', 'cookie', 'expect', 'keep-alive', 'te', 'transfer-encoding', 'upgrade'])

/** The part of a request that routing needs. */
export interface Target {
  /** The path's segments, percent-decoded. */
  readonly segments: readonly string[]
  /** All behind the question mark, as it was sent. */
  readonly query: string
}

/** Splits what the request line asks for; undefined when its escapes are malformed. */
export function targetOf(url: string): Target | undefined {
  const [path = '', ...rest] = url.split('?')
  try {
    return { segments: path.split('/').slice(1).map(decodeURIComponent), query: rest.join('?') }
  } catch {
    return undefined
  }
}

/**
 * A request as an event of payload format 2.0. The path is decoded, as HTTP APIs give it.
 * @param body all of it; given as text where its type says so and it is UTF-8, else in base64
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toEvent(
  request: IncomingMessage,
  target: Target,
  body: Buffer,
  match: Match,
  requestId: string,
): APIGatewayProxyEventV2 {
  const headers = headersOf(request)
  const cookies = request.headers.cookie?.split(/; */)
  const query = joined(new URLSearchParams(target.query))
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
      http: httpOf(request, path),
      routeKey: match.routeKey,
      stage: '$default',
      time: logTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: { ...match.pathParameters } }),
    ...bodyOf(body, headers),
  }
}

/** Repeated names joined by commas, in the order they came. */
function joined(pairs: Iterable<readonly [string, string]>): Record<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of pairs) {
    const earlier = values.get(name)
    values.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return Object.fromEntries(values)
}

function headersOf({ rawHeaders, socket }: IncomingMessage): Record<string, string> {
  const sent = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1] ?? ''] as const] : [],
  )
  const added = [
    ['x-forwarded-for', socket.remoteAddress ?? ''],
    ['x-forwarded-port', String(socket.localPort)],
    ['x-forwarded-proto', 'http'],
    ['x-amzn-trace-id', `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`],
  ] as const
  return joined([...sent.filter(([name]) => !NOT_PASSED_ON.has(name)), ...added])
}

const httpOf = (request: IncomingMessage, path: string): APIGatewayProxyEventV2['requestContext']['http'] => ({
  method: request.method ?? 'GET',
  path,
  protocol: `HTTP/${request.httpVersion}`,
  sourceIp: request.socket.remoteAddress ?? '',
  userAgent: request.headers['user-agent'] ?? '',
})

/** `12/Mar/2026:19:03:58 +0000` */
function logTime(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().split('T')
  const [year, , day] = date.split('-')
  return `${day}/${MONTHS[time.getUTCMonth()]}/${year}:${clock.slice(0, 8)} +0000`
}

function bodyOf(body: Buffer, headers: Readonly<Record<string, string>>): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false }
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
  const isText = TEXT.test(type) && headers['content-encoding'] === undefined && isUtf8(body)
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText }
}
