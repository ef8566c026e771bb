import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Middleware } from './stack.ts'

const gzipAsync = promisify(gzip)

/** Smaller answers are not worth the time. */
const MIN_CHARACTERS = 16_384

/** Zips a large answer for who asks for that. Its ETag is a weak one then: the bytes are others, what they say is not. */
export const compress = (): Middleware => ({
  after: async ({ event, response }) => {
    if (response?.body === undefined || response.body.length < MIN_CHARACTERS) return
    response.headers = { ...response.headers, vary: 'accept-encoding' }
    if (!takesGzip(event.headers['accept-encoding'])) return
    response.body = (await gzipAsync(response.body)).toString('base64')
    response.isBase64Encoded = true
    response.headers['content-encoding'] = 'gzip'
    const { etag } = response.headers
    if (etag !== undefined) response.headers.etag = `W/${etag}`
  },
})

/** Whether `gzip` or `*` is among the encodings, and not with a weight of zero. @see RFC 9110, section 12.5.3 */
const takesGzip = (accepted = ''): boolean =>
  accepted.split(',').some((one) => /^\s*(gzip|\*)\s*(;\s*q=(0?\.0*[1-9]\d*|1(\.0*)?)\s*)?$/i.test(one))
