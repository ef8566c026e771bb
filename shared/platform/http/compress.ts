import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Middleware } from './stack.ts'

const gzipAsync = promisify(gzip)

/** Below this size compression costs more time than it saves. */
const MIN_CHARACTERS = 16_384

/**
 * Compresses large responses with gzip when the client accepts it. The ETag of a compressed response is weak, because
 * its bytes differ from those of the uncompressed one.
 */
export const compress = (): Middleware => ({
  after: async ({ event, response }) => {
    if (response?.body === undefined || response.body.length < MIN_CHARACTERS) return
    response.headers = { ...response.headers, vary: 'accept-encoding' }
    if (!acceptsGzip(event.headers['accept-encoding'])) return
    response.body = (await gzipAsync(response.body)).toString('base64')
    response.isBase64Encoded = true
    response.headers['content-encoding'] = 'gzip'
    const { etag } = response.headers
    if (etag !== undefined) response.headers.etag = `W/${etag}`
  },
})

/**
 * Whether `gzip` or `*` is listed with a weight above zero.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
 */
const acceptsGzip = (accepted = ''): boolean =>
  accepted.split(',').some((encoding) => /^\s*(gzip|\*)\s*(;\s*q=(0?\.0*[1-9]\d*|1(\.0*)?)\s*)?$/i.test(encoding))
