import httpCors from '@middy/http-cors'
import type { Config } from '../config.ts'
import type { HttpEvent, HttpResponse, Middleware } from './stack.ts'

const REQUEST_HEADERS = 'authorization, content-type, if-none-match, x-request-id'
const EXPOSED_HEADERS = 'allow, etag, location, retry-after, www-authenticate, x-request-id'
const MAX_AGE_SECONDS = '7200'

/** Whether a request is a CORS preflight, which carries no credentials. Always false when no origins are configured. */
export const isPreflight = ({ headers, requestContext }: HttpEvent, origins: readonly string[]): boolean =>
  origins.length > 0 &&
  requestContext.http.method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined

/** Adds CORS headers for the configured origins and answers their preflights. Other origins get no CORS headers. */
export function cors(configFor: (event: HttpEvent) => Pick<Config, 'corsOrigins'>): Middleware {
  let delegate: ReturnType<typeof httpCors> | undefined

  const addHeaders: Middleware['after'] = (request) => {
    const { corsOrigins } = configFor(request.event)
    if (corsOrigins.length === 0 || !request.response) return
    delegate ??= httpCors({ origins: [...corsOrigins] })
    delegate.after?.(request)
    if (request.response.headers?.['Access-Control-Allow-Origin'] === undefined) return
    if (isPreflight(request.event, corsOrigins)) answerPreflight(request.response)
    request.response.headers = { ...request.response.headers, 'access-control-expose-headers': EXPOSED_HEADERS }
  }
  return { after: addHeaders, onError: addHeaders }
}

/**
 * No route declares OPTIONS, so a preflight was refused with 405; its `Allow` header lists the methods to answer with.
 */
function answerPreflight(response: HttpResponse): void {
  const { allow, 'content-type': _, ...headers } = response.headers ?? {}
  if (allow === undefined) return
  response.statusCode = 204
  delete response.body
  response.headers = {
    ...headers,
    'access-control-allow-methods': allow,
    'access-control-allow-headers': REQUEST_HEADERS,
    'access-control-max-age': MAX_AGE_SECONDS,
  }
}
