import { readdir, readFile } from 'node:fs/promises'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from '@jest/globals'
import { inspectImage } from '../../shared/test-images/inspect.ts'
import { jpegFile, pngFile } from '../support/fixtures/picture-files.ts'

const URL_SHOWN = 'https://images.example/a'
const inspect = (bytes: Uint8Array | string) => inspectImage(Buffer.from(bytes), URL_SHOWN)

/** Matches a `bad-source` error with this reason. */
const refusal = (reason: RegExp) =>
  expect.objectContaining({ code: 'bad-source', message: expect.stringMatching(reason) })

describe('inspectImage with an image', () => {
  it('detects the format and the size in pixels', () => {
    expect(inspect(jpegFile(640, 480))).toEqual({ format: 'jpg', width: 640, height: 480 })
    expect(inspect(pngFile(3, 2))).toEqual({ format: 'png', width: 3, height: 2 })
  })
  it('accepts every sample photo, and refuses each without its last two bytes', async () => {
    const folder = new URL('../../local/sample-data/train/images/', import.meta.url)
    const names = await readdir(folder)
    expect(names.length).toBeGreaterThan(10)
    for (const name of names) {
      const bytes = await readFile(new URL(name, folder))
      expect(inspect(bytes).format).toBe('jpg')
      expect(() => inspect(bytes.subarray(0, bytes.length - 2))).toThrow(refusal(/truncated/))
    }
  })
  it('ignores data after the end, and images embedded in segments', () => {
    expect(inspect(Buffer.concat([jpegFile(4, 4), Buffer.alloc(100)]))).toMatchObject({ width: 4 })
    expect(inspect(Buffer.concat([pngFile(4, 4), Buffer.from('more')]))).toMatchObject({ width: 4 })
    expect(inspect(jpegFile(640, 480, jpegFile(1, 1).toString('latin1')))).toMatchObject({ width: 640 })
  })
  it('refuses more pixels than the labeling service supports', () => {
    expect(inspect(jpegFile(10_000, 10_000))).toMatchObject({ width: 10_000 })
    expect(() => inspect(jpegFile(10_001, 10_000))).toThrow(refusal(/100000000 pixels.*10001 x 10000/))
    // A decompression bomb: a few bytes that would expand to gigabytes.
    expect(() => inspect(pngFile(60_000, 60_000, 1))).toThrow(refusal(/60000 x 60000/))
  })
})

describe('inspectImage with another file', () => {
  it('refuses an image that is truncated at any byte', () => {
    for (const bytes of [jpegFile(8, 8, 'a comment'), pngFile(8, 8)])
      for (let end = 0; end < bytes.length; end++)
        expect(() => inspect(bytes.subarray(0, end))).toThrow(refusal(/not a supported image/))
  })
  it.each([
    ['', /it is empty/],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n', /Git LFS pointer/],
    ['<!DOCTYPE html><title>404</title>', /web page/],
    ['\n<html><body>Sign in</body></html>', /web page/],
    ['<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /web page or XML/],
    ['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', /it is SVG;.*JPEG and PNG/],
    ['<?xml version="1.0"?>\n<!-- a -->\n<svg onload="alert(1)"/>', /it is SVG/],
    ['<?xml version="1.0"?>\n<!-- a --><!---->\n<!DOCTYPE svg PUBLIC "a">\n<SVG>', /it is SVG/],
    [`${'<!---->'.repeat(140)}<svg>`, /it is SVG/],
    ['GIF89a', /it is GIF/],
    ['RIFF\0\0\0\0WEBPVP8 ', /it is WebP/],
    ['\0\0\0\x1cftypavif', /it is AVIF/],
    ['\0\0\0\x18ftypheic', /it is HEIC/],
    ['II*\0', /it is TIFF/],
    ['{"error":"not found"}', /it is JSON/],
    ['\x89PNG\r\n', /no JPEG or PNG signature/],
  ])('refuses the content %j with its reason', (content, reason) => {
    expect(() => inspect(Buffer.from(content, 'latin1'))).toThrow(refusal(reason))
  })
  it.each(['<!---->', '<!-- ', '<?xml?> ', '<!doctype svg>', ' ', '<svg', 'BM', '\n<'])(
    'refuses repetitions of %j in linear time',
    (piece) => {
      const refused = () => expect(() => inspect(piece.repeat(2000))).toThrow(refusal(/not a supported image/))
      // Catastrophic backtracking would never return; only code in a separate context can be stopped.
      runInNewContext('refused()', { refused }, { timeout: 10_000 })
    },
  )
  it('refuses a header without a size', () => {
    expect(() => inspect(Buffer.from('ffd8ffd9', 'hex'))).toThrow(refusal(/before its image data/))
    expect(() => inspect(pngFile(0, 5))).toThrow(refusal(/0 x 5 pixels/))
  })
  it('refuses a JPEG with a size and no image data', () => {
    const size = Buffer.from(jpegFile(4, 4).subarray(0, 19))
    expect(() => inspect(Buffer.concat([size, Buffer.from('ffd9', 'hex')]))).toThrow(refusal(/before its image data/))
  })
})
