import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { frame, jpegOf, segment } from '../support/fixtures/jpeg-parts.ts'
import { jpeg, toCopyUri, toSourceUri } from '../support/fixtures/pets.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { completeCopy, readImages, selectedBatch } from './pets-copy.ts'

const PICTURE = jpeg(640, 480)
/** Does not get smaller, and is larger than the first range that is read. */
const LARGE = jpegOf(segment(0xe2, noise(60_000)), frame(640, 480), noise(200_000))

function noise(length: number): Buffer {
  let state = 1
  // No 0xff, which would begin a marker.
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state * 48_271) % 2_147_483_647
      return state % 255
    }),
  )
}

/** Copies one image with this content and these headers, and returns it with its copy. */
async function copyOne(content: Uint8Array, headers: object) {
  const ports = await selectedBatch(1)
  ports.world.stored.set(toSourceUri(1), memoryObject(content, 'image/jpeg', {}, headers))
  await completeCopy(ports)
  return { image: (await readImages(ports))[0], stored: ports.world.stored.get(toCopyUri('b', 1)) }
}

describe('the system headers of a source', () => {
  it.each([
    { cacheControl: 'max-age=60' },
    { contentDisposition: 'inline' },
    { contentLanguage: 'de' },
    { expires: '0' },
    { cacheControl: 'no-store', contentDisposition: 'attachment', contentLanguage: 'fr, de', expires: 'never' },
    {},
  ])('are those of its copy: %o', async (headers) => {
    expect((await copyOne(PICTURE, headers)).stored?.headers).toEqual(headers)
  })
})

describe('the content encoding of a source', () => {
  it.each([
    ['gzip', gzipSync(PICTURE)],
    ['x-gzip', gzipSync(PICTURE)],
    ['GZIP', gzipSync(PICTURE)],
    ['deflate', deflateSync(PICTURE)],
    ['deflate', deflateRawSync(PICTURE)],
    ['br', brotliCompressSync(PICTURE)],
    ['gzip, br', brotliCompressSync(gzipSync(PICTURE))],
    ['identity', PICTURE],
  ])('is that of its copy, whose picture is read as browsers do: %s', async (contentEncoding, content) => {
    const { image, stored } = await copyOne(content, { contentEncoding })
    expect(image).toMatchObject({ copy: 'copied', bytes: content.length, width: 640, height: 480 })
    expect(stored?.headers).toEqual({ contentEncoding })
    expect(stored?.bytes).toEqual(new Uint8Array(content))
  })

  it.each([
    ['gzip', gzipSync(LARGE)],
    ['deflate', deflateSync(LARGE)],
    ['br', brotliCompressSync(LARGE)],
  ])('lets a picture be read of which only the beginning is decoded: %s', async (contentEncoding, content) => {
    expect(content.length).toBeGreaterThan(128 << 10)
    expect((await copyOne(content, { contentEncoding })).image).toMatchObject({ copy: 'copied', width: 640 })
  })

  it.each([
    ['aws-chunked', PICTURE, {}],
    ['aws-chunked,gzip', gzipSync(PICTURE), { contentEncoding: 'gzip' }],
  ])('loses what describes an upload only: %s', async (contentEncoding, content, headers) => {
    const { image, stored } = await copyOne(content, { contentEncoding })
    expect(image).toMatchObject({ copy: 'copied', width: 640 })
    expect(stored?.headers).toEqual(headers)
  })

  it.each([
    ['a coding that browsers do not know', 'compress', PICTURE],
    ['bytes that are not encoded', 'gzip', PICTURE],
    ['bytes that are encoded otherwise', 'br', gzipSync(PICTURE)],
    ['encoded bytes that are cut off', 'gzip', gzipSync(PICTURE).subarray(0, -12)],
    ['nothing in it', 'gzip', gzipSync('')],
    ['text in it', 'gzip', gzipSync('this is no image')],
    ['a picture in it that is cut off', 'gzip', gzipSync(PICTURE.subarray(0, -2))],
    ['far more in it than a header', 'gzip', gzipSync(Buffer.concat([PICTURE.subarray(0, 4), Buffer.alloc(64 << 20)]))],
  ])('makes an image unusable with %s', async (_, contentEncoding, content) => {
    const { image, stored } = await copyOne(content, { contentEncoding })
    expect(image).toMatchObject({ copy: 'unusable', reason: expect.stringContaining(toSourceUri(1)) })
    expect(stored).toBeUndefined()
  })

  it('makes a copy without it a conflict, as no browser can show that', async () => {
    const ports = await selectedBatch(1)
    const source = memoryObject(gzipSync(PICTURE), 'image/jpeg', {}, { contentEncoding: 'gzip' })
    ports.world.stored.set(toSourceUri(1), source)
    const metadata = { 'groundwork-source-etag': source.etag, 'groundwork-source-size': String(source.bytes.length) }
    ports.world.stored.set(toCopyUri('b', 1), memoryObject(source.bytes, 'image/jpeg', metadata))
    await completeCopy(ports)
    expect((await readImages(ports))[0]).toMatchObject({ copy: 'conflict' })
  })
})
