import { getRequestId, type Middleware } from './stack.ts'

/** A response is data: no browser may run it, frame it, embed it in another site, or guess its type. */
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

/**
 * Adds security headers, the request id and a cache policy to every response, problem documents included. A response
 * with an ETag may be cached by its caller alone and must be revalidated; others must not be stored. Headers that the
 * endpoint sets itself win.
 */
export const secureHeaders = (): Middleware => {
  const addHeaders: Middleware['after'] = ({ event, response }) => {
    if (!response) return
    const own = response.headers ?? {}
    response.headers = {
      ...SECURITY_HEADERS,
      'cache-control': own.etag === undefined ? 'no-store' : 'private, no-cache',
      'x-request-id': getRequestId(event),
      ...own,
    }
  }
  return { after: addHeaders, onError: addHeaders }
}
