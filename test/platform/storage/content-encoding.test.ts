import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decodeStart, parseCodings, withoutChunked } from '../../../shared/platform/storage/content-encoding.ts'

const MEBIBYTE = 1 << 20
const CODERS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
}
const coding = fc.constantFrom(...Object.keys(CODERS))

describe('decodeStart', () => {
  it('returns what was encoded, whichever codings were applied, in their order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 500 }),
        fc.array(coding, { maxLength: 3 }),
        async (bytes, codings) => {
          const encoded = codings.reduce<Uint8Array>((content, name) => CODERS[name]?.(content) ?? content, bytes)
          const decoded = await decodeStart(encoded, encoded.length, codings.join(', '), MEBIBYTE)
          expect(decoded).toMatchObject({ size: bytes.length })
          expect(Buffer.from(Object(decoded).bytes)).toEqual(Buffer.from(bytes))
        },
      ),
    )
  })

  it('returns a beginning of what was encoded for any beginning of the file, and no size of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 5000 }), coding, fc.nat(), async (bytes, name, at) => {
        const encoded = CODERS[name]?.(bytes) ?? bytes
        const start = encoded.subarray(0, 2 + (at % (encoded.length - 2)))
        const decoded = await decodeStart(start, encoded.length, name, MEBIBYTE)
        if ('problem' in decoded) throw new Error(decoded.problem)
        expect(decoded.size).toBe(Number.POSITIVE_INFINITY)
        expect(Buffer.from(decoded.bytes)).toEqual(Buffer.from(bytes.subarray(0, decoded.bytes.length)))
      }),
    )
  })

  it('decodes the data of servers that omit the header of `deflate`', async () => {
    const encoded = deflateRawSync('text')
    expect(await decodeStart(encoded, encoded.length, 'deflate', MEBIBYTE)).toMatchObject({ size: 4 })
  })

  it('stops soon after so many bytes', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MEBIBYTE))
    const decoded = await decodeStart(bomb, bomb.length, 'gzip', MEBIBYTE)
    if ('problem' in decoded) throw new Error(decoded.problem)
    expect(decoded.bytes.length).toBeLessThan(2 * MEBIBYTE)
    expect(decoded.size).toBe(Number.POSITIVE_INFINITY)
  })

  it.each([
    ['zstd', Buffer.from('x')],
    ['compress', Buffer.from('x')],
    ['gzip', Buffer.from('not encoded')],
    ['br', Buffer.alloc(100, 0xff)],
    ['gzip', gzipSync('text').subarray(0, -1)],
    ['gzip', Buffer.alloc(0)],
  ])('has a problem with %s and %o', async (contentEncoding, bytes) => {
    expect(await decodeStart(bytes, bytes.length, contentEncoding, MEBIBYTE)).toEqual({ problem: expect.any(String) })
  })
})

describe('the codings of a Content-Encoding', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['identity', []],
    ['aws-chunked', []],
    ['GZip', ['gzip']],
    ['x-gzip', ['gzip']],
    ['aws-chunked, gzip', ['gzip']],
    [' br ,gzip', ['br', 'gzip']],
  ])('of %j are %j', (contentEncoding, codings) => {
    expect(parseCodings(contentEncoding)).toEqual(codings)
  })

  it.each([
    ['aws-chunked', undefined],
    ['gzip,aws-chunked', 'gzip'],
    ['GZip', 'GZip'],
    [undefined, undefined],
  ])('are sent without what describes an upload only: %j', (contentEncoding, sent) => {
    const headers = contentEncoding === undefined ? {} : { contentEncoding }
    expect(withoutChunked(headers).contentEncoding).toBe(sent)
  })
})
