import { createHash } from 'node:crypto'
import type { Middleware } from './stack.ts'

/** Returns a strong ETag: a hash of the text. Pure. */
export const computeEtag = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`

/** Adds an ETag to each 200 response to GET and HEAD, and answers 304 when `If-None-Match` lists it. */
export const etag = (): Middleware => ({
  after: ({ event, response }) => {
    const isRead = ['GET', 'HEAD'].includes(event.requestContext.http.method)
    if (!isRead || response?.statusCode !== 200 || response.body === undefined) return
    const etag = String(response.headers?.etag ?? computeEtag(response.body))
    response.headers = { ...response.headers, etag }
    const known = event.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    if (!known?.includes(etag) && !known?.includes('*')) return
    response.statusCode = 304
    delete response.body
    delete response.headers['content-type']
    delete response.headers['content-encoding']
    delete response.isBase64Encoded
  },
})
