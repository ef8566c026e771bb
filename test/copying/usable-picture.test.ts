import { describe, expect, it } from '@jest/globals'
import { ManifestRequest } from '../../shared/contracts/manifest-request.ts'
import { getCopy } from '../../shared/copying/start-copy.ts'
import { writeManifest } from '../../shared/manifests/input/write-manifest.ts'
import { exif, frame, jpegOf, segment } from '../support/fixtures/jpeg-parts.ts'
import { imageId, jpeg, toCopyUri, toSourceUri } from '../support/fixtures/pets.ts'
import { pngFile } from '../support/fixtures/picture-files.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { callsTo, completeCopy, copyEvents, readImages, readStatus, selectedBatch } from './pets-copy.ts'

const KIBIBYTE = 1 << 10
const MEBIBYTE = 1 << 20

/** Returns ports over a batch of two images that was copied. The first has this content. */
async function copiedBatch(content: Uint8Array | string) {
  const ports = await selectedBatch(2)
  ports.world.stored.set(toSourceUri(1), memoryObject(content, 'image/jpeg'))
  await completeCopy(ports)
  return ports
}

/** Returns the first image of {@link copiedBatch}, with the ends of the ranges that were read of it. */
async function copyOne(content: Uint8Array | string) {
  const ports = await copiedBatch(content)
  const reads = callsTo(ports.world, 'readRange').filter(({ key }) => key === toSourceUri(1))
  return { ...(await readImages(ports))[0], ranges: reads.map(({ range }) => range?.end) }
}

/** Segments of so many bytes, as a color profile or a preview has them. */
const segments = (bytes: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes / 60_000) }, () => segment(0xe2, 'x'.repeat(60_000)))

const WHOLE = jpeg(640, 480)

describe('a source that is no usable picture', () => {
  it.each<[string, Uint8Array | string]>([
    ['an empty object', ''],
    ['one byte', 'x'],
    ['text', 'this is no image'],
    ['a web page', '<!doctype html><title>Sign in</title>'],
    ['an error document of a storage service', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'],
    ['a GIF', 'GIF89a\u0001\0\u0001\0\0\0\0;'],
    ['a WebP', 'RIFF\u001e\0\0\0WEBPVP8L'],
    ['a TIFF', 'II*\0\u0008\0\0\0'],
    ['a drawing', '<svg width="10" height="20"></svg>'],
    ['a JPEG that is cut off in its header', WHOLE.subarray(0, 12)],
    ['a JPEG that is cut off in its pixels', WHOLE.subarray(0, -2)],
    ['a PNG that is cut off in its pixels', pngFile(64, 48).subarray(0, -20)],
    ['a JPEG with height 0', jpegOf(frame(640, 0))],
    ['zeros', new Uint8Array(1000)],
  ])('is not copied, and has the reason: %s', async (_, content) => {
    const ports = await copiedBatch(content)
    const [image, other] = await readImages(ports)
    expect(image).toMatchObject({ copy: 'unusable', reason: expect.stringContaining(toSourceUri(1)) })
    expect(image).not.toHaveProperty('bytes')
    expect(image).not.toHaveProperty('width')
    expect(other).toMatchObject({ copy: 'copied' })
    expect(ports.world.stored.has(toCopyUri('b', 1))).toBe(false)
  })

  it('is counted and listed, and makes the batch incomplete', async () => {
    const ports = await copiedBatch('this is no image')
    const { reason } = (await readImages(ports))[0] ?? {}
    expect(await getCopy('b', ports)).toMatchObject({
      ...{ state: 'incomplete', total: 2, copied: 1, unusable: 1, failed: 0, pending: 0 },
      failures: [{ imageId: imageId(1), outcome: 'unusable', reason }],
    })
    expect(await readStatus(ports)).toBe('incomplete')
    expect(copyEvents(ports.world)).toMatchObject([{ type: 'batch.incomplete', data: { copied: 1, unusable: 1 } }])
  })

  it('is left out of the manifest, and named there', async () => {
    const ports = await copiedBatch('this is no image')
    expect(await writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)).toMatchObject({
      ...{ lines: 1, omittedCount: 1 },
      omitted: [{ imageId: imageId(1), outcome: 'unusable' }],
    })
  })

  it('is copied at the next start when it was replaced by a picture', async () => {
    const ports = await copiedBatch('this is no image')
    ports.world.stored.set(toSourceUri(1), memoryObject(WHOLE, 'image/jpeg'))
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 2, unusable: 0, failures: [] })
  })
})

describe('a source that is a usable picture', () => {
  it.each<[string, Uint8Array]>([
    ['a JPEG', WHOLE],
    ['a PNG', pngFile(640, 480)],
    ['a JPEG with an EXIF thumbnail of another size', jpegOf(exif({ thumbnail: jpeg(160, 120) }), frame(640, 480))],
    ['a JPEG with bytes behind its end', Buffer.concat([WHOLE, Buffer.from('more')])],
    ['a JPEG that is larger than what is read of it', Buffer.concat([WHOLE, new Uint8Array(MEBIBYTE)])],
  ])('is copied with its size in bytes and pixels: %s', async (_, content) => {
    expect(await copyOne(content)).toMatchObject({ copy: 'copied', bytes: content.length, width: 640, height: 480 })
  })

  it.each([
    ['image/jpeg', WHOLE],
    ['image/png', pngFile(3, 2)],
  ])('has the content type that its bytes are: %s', async (contentType, content) => {
    const ports = await selectedBatch(1)
    ports.world.stored.set(toSourceUri(1), memoryObject(content, 'binary/octet-stream'))
    await completeCopy(ports)
    expect((await readImages(ports))[0]).toMatchObject({ copy: 'copied', contentType })
    expect(ports.world.stored.get(toCopyUri('b', 1))).toMatchObject({ contentType })
  })

  it('has its EXIF orientation, unless that is 1', async () => {
    expect(await copyOne(jpegOf(exif({ orientation: 6 }), frame(640, 480)))).toMatchObject({ orientation: 6 })
    expect(await copyOne(jpegOf(exif({ orientation: 1 }), frame(640, 480)))).not.toHaveProperty('orientation')
  })

  it('takes two requests', async () => {
    const ports = await selectedBatch(1)
    await completeCopy(ports)
    const ofImages = ports.world.calls.filter(({ port, key }) => port === 'copier' || key.endsWith('.jpg'))
    expect(ofImages.map(({ method }) => method)).toEqual(['readRange', 'copy'])
  })

  it.each([
    ['the first 64 KiB', 50_000, [64 * KIBIBYTE]],
    ['the first MiB when segments push the size further back', 200_000, [64 * KIBIBYTE, MEBIBYTE]],
    ['the first 8 MiB when they have a few MiB', 3 * MEBIBYTE, [64 * KIBIBYTE, MEBIBYTE, 8 * MEBIBYTE]],
  ])('is read in ranges up to %s', async (_, bytes, ranges) => {
    const content = Buffer.concat([jpegOf(...segments(bytes), frame(640, 480)), new Uint8Array(9 * MEBIBYTE)])
    expect(await copyOne(content)).toMatchObject({ copy: 'copied', width: 640, height: 480, ranges })
  })

  it('is read no further than 8 MiB', async () => {
    const content = jpegOf(...segments(9 * MEBIBYTE), frame(640, 480))
    expect(await copyOne(content)).toMatchObject({ copy: 'unusable', ranges: [64 * KIBIBYTE, MEBIBYTE, 8 * MEBIBYTE] })
  })

  it('is described anew when it is replaced between two ranges', async () => {
    const ports = await selectedBatch(1)
    ports.world.stored.set(toSourceUri(1), memoryObject(jpegOf(...segments(200_000), frame(640, 480)), 'image/jpeg'))
    ports.world.fault = ({ method, range }) => {
      if (method === 'readRange' && range?.start !== 0)
        ports.world.stored.set(toSourceUri(1), memoryObject(jpeg(77, 55), 'image/jpeg'))
      return undefined
    }
    await completeCopy(ports)
    expect((await readImages(ports))[0]).toMatchObject({ copy: 'copied', width: 77, height: 55 })
  })
})
