import { createHash } from 'node:crypto'
import type { Middleware } from './stack.ts'

/** The ETag of what an answer says. */
export const computeEtag = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`

/** Gives every answer to a GET or HEAD an ETag, if it has none, and 304 to a caller who has that version already. */
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
  },
})
