import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { chooseEncoding, type Encoding } from './choose-encoding.ts'
import { computeEtag } from './etag.ts'
import type { Reply } from './reply.ts'

/** Sends a file in the best encoding that the client accepts. @param cacheControl how long caches may keep it */
export type StaticFile = (acceptEncoding: string | undefined, cacheControl: string) => Promise<Reply>

/** For an address that names a version of its file. */
export const CACHE_FOREVER = 'public, max-age=31536000, immutable'

/**
 * Returns a file that each process reads once, and compresses once for each encoding when a client first wants it. So a
 * request costs little more than its bytes. Each encoding has a strong ETag of its own. Keeps the text and what it was
 * compressed to.
 * @param contentType with its charset
 */
export function staticFile(contentType: string, read: () => Promise<string>): StaticFile {
  const text = once(read)
  const make = (encoding: Encoding) =>
    once(async () => {
      const encoded = await ENCODE[encoding](await text())
      const headers = { 'content-type': contentType, vary: 'accept-encoding', etag: computeEtag(encoded.body) }
      return { ...encoded, headers: { ...headers, ...(encoding !== 'identity' && { 'content-encoding': encoding }) } }
    })
  const made = { br: make('br'), gzip: make('gzip'), identity: make('identity') }

  return async (acceptEncoding, cacheControl) => {
    const { headers, ...sent } = await made[chooseEncoding(acceptEncoding, ['br', 'gzip'])]()
    return { status: 200, headers: { ...headers, 'cache-control': cacheControl }, ...sent }
  }
}

const brotliAsync = promisify(brotliCompress)
const gzipAsync = promisify(gzip)

/** 5 takes 40 ms for the largest file; 11 saves a tenth of its bytes and takes six seconds. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }

const ENCODE: Readonly<Record<Encoding, (text: string) => Promise<{ body: string; isBase64?: true }>>> = {
  br: async (text) => ({ body: (await brotliAsync(text, BROTLI)).toString('base64'), isBase64: true }),
  gzip: async (text) => ({ body: (await gzipAsync(text)).toString('base64'), isBase64: true }),
  identity: async (text) => ({ body: text }),
}

/** Returns a function that calls `make` once and keeps its result, but not a failure. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}
