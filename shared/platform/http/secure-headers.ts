import httpSecurityHeaders from '@middy/http-security-headers'
import { getRequestId, type HttpResponse, type Middleware } from './stack.ts'

/** Directives that the middleware leaves out only if they are neither text nor nothing. */
const LEFT_OUT: object = { sandbox: false, 'upgrade-insecure-requests': false }
const YEAR_SECONDS = 31_536_000

/** An answer is data: nothing in it may run, be framed, or be guessed to be of another type. */
const security = httpSecurityHeaders({
  contentSecurityPolicy: {
    'default-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'report-to': '',
    'require-trusted-types-for': '',
    ...LEFT_OUT,
  },
  strictTransportSecurity: { maxAge: YEAR_SECONDS, includeSubDomains: false, preload: false },
  crossOriginEmbedderPolicy: false,
  crossOriginOpenerPolicy: false,
  dnsPrefetchControl: false,
  downloadOptions: false,
  originAgentCluster: false,
  permissionsPolicy: false,
  permittedCrossDomainPolicies: false,
  reportTo: false,
  reportingEndpoints: false,
})

/**
 * Puts on every answer, refusals too, the request's id, what browsers must not do with it, and whether it may be kept:
 * an answer with an ETag by its caller alone, who asks again; others by nobody. What an endpoint sets itself stands.
 */
export const secureHeaders = (): Middleware => {
  const add: Middleware['after'] = (request) => {
    if (!request.response) return
    const own = request.response.headers ?? {}
    request.response.headers = {}
    security.after?.(request)
    request.response.headers = {
      ...lowerCased(request.response.headers),
      'cache-control': own.etag === undefined ? 'no-store' : 'private, no-cache',
      'x-request-id': getRequestId(request.event),
      ...own,
    }
  }
  return { after: add, onError: add }
}

const lowerCased = (headers: NonNullable<HttpResponse['headers']>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
