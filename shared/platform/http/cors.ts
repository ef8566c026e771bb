import httpCors from '@middy/http-cors'
import type { Config } from '../config.ts'
import type { HttpEvent, HttpResponse, Middleware } from './stack.ts'

const REQUEST_HEADERS = 'authorization, content-type, if-none-match, x-request-id'
const EXPOSED_HEADERS = 'allow, etag, location, retry-after, www-authenticate, x-request-id'
const MAX_AGE_SECONDS = '7200'

/** What a browser asks before a page of another origin may call: it cannot carry credentials. */
export const isPreflight = ({ headers, requestContext }: HttpEvent, origins: readonly string[]): boolean =>
  origins.length > 0 &&
  requestContext.http.method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined

/** Lets web pages of the configured origins call the API and read its answers; to other origins it says nothing. */
export function cors(configFor: (event: HttpEvent) => Pick<Config, 'corsOrigins'>): Middleware {
  let held: ReturnType<typeof httpCors> | undefined

  const answer: Middleware['after'] = (request) => {
    const { corsOrigins } = configFor(request.event)
    if (corsOrigins.length === 0 || !request.response) return
    held ??= httpCors({ origins: [...corsOrigins] })
    held.after?.(request)
    if (request.response.headers?.['Access-Control-Allow-Origin'] === undefined) return
    if (isPreflight(request.event, corsOrigins)) answerPreflight(request.response)
    request.response.headers = { ...request.response.headers, 'access-control-expose-headers': EXPOSED_HEADERS }
  }
  return { after: answer, onError: answer }
}

/** No path knows OPTIONS, and the refusal says which methods it knows: just what is asked. */
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
