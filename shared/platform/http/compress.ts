import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { chooseEncoding } from './choose-encoding.ts'
import type { Middleware } from './stack.ts'

const gzipAsync = promisify(gzip)

/** Below this size compression costs more time than it saves. */
const MIN_CHARACTERS = 16_384

/**
 * Compresses large responses with gzip when the client accepts it. The ETag of a compressed response is weak, because
 * its bytes differ from those of the uncompressed one. A static file has chosen its encoding already, and says so in
 * `vary`.
 */
export const compress = (): Middleware => ({
  after: async ({ event, response }) => {
    if (response?.body === undefined || response.body.length < MIN_CHARACTERS) return
    if (response.headers?.vary !== undefined) return
    response.headers = { ...response.headers, vary: 'accept-encoding' }
    if (chooseEncoding(event.headers['accept-encoding'], ['gzip']) !== 'gzip') return
    response.body = (await gzipAsync(response.body)).toString('base64')
    response.isBase64Encoded = true
    response.headers['content-encoding'] = 'gzip'
    const { etag } = response.headers
    if (etag !== undefined) response.headers.etag = `W/${etag}`
  },
})
