import { readdir, readFile } from 'node:fs/promises'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from '@jest/globals'
import { inspectImage } from '../../shared/test-images/inspect.ts'
import { jpegFile, pngFile } from '../support/fixtures/picture-files.ts'

const URL_SHOWN = 'https://images.example/a'
const inspect = (bytes: Uint8Array | string) => inspectImage(Buffer.from(bytes), URL_SHOWN)

/** Refused as a bad source, with the reason. */
const refusal = (reason: RegExp) =>
  expect.objectContaining({ code: 'bad-source', message: expect.stringMatching(reason) })

describe('a file that is an image', () => {
  it('is told by its bytes, with its size in pixels', () => {
    expect(inspect(jpegFile(640, 480))).toEqual({ format: 'jpg', width: 640, height: 480 })
    expect(inspect(pngFile(3, 2))).toEqual({ format: 'png', width: 3, height: 2 })
  })
  it('may be any photograph of the sample, which none of them is without its last bytes', async () => {
    const folder = new URL('../../local/sample-data/train/images/', import.meta.url)
    const names = await readdir(folder)
    expect(names.length).toBeGreaterThan(10)
    for (const name of names) {
      const bytes = await readFile(new URL(name, folder))
      expect(inspect(bytes).format).toBe('jpg')
      expect(() => inspect(bytes.subarray(0, bytes.length - 2))).toThrow(refusal(/cut off/))
    }
  })
  it('may have more behind its end, and an image within', () => {
    expect(inspect(Buffer.concat([jpegFile(4, 4), Buffer.alloc(100)]))).toMatchObject({ width: 4 })
    expect(inspect(Buffer.concat([pngFile(4, 4), Buffer.from('more')]))).toMatchObject({ width: 4 })
    expect(inspect(jpegFile(640, 480, jpegFile(1, 1).toString('latin1')))).toMatchObject({ width: 640 })
  })
  it('has at most as many pixels as the labeling service takes', () => {
    expect(inspect(jpegFile(10_000, 10_000))).toMatchObject({ width: 10_000 })
    expect(() => inspect(jpegFile(10_001, 10_000))).toThrow(refusal(/10001 x 10000 pixels.*100000000/))
    // A few bytes that would become gigabytes.
    expect(() => inspect(pngFile(60_000, 60_000, 1))).toThrow(refusal(/60000 x 60000 pixels/))
  })
})

describe('a file that is none', () => {
  it('is cut off anywhere', () => {
    for (const bytes of [jpegFile(8, 8, 'a comment'), pngFile(8, 8)])
      for (let end = 0; end < bytes.length; end++)
        expect(() => inspect(bytes.subarray(0, end))).toThrow(refusal(/is no image/))
  })
  it.each([
    ['', /it is empty/],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n', /Git LFS pointer/],
    ['<!DOCTYPE html><title>404</title>', /web page/],
    ['\n<html><body>Sign in</body></html>', /web page/],
    ['<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /web page or XML/],
    ['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', /it is SVG; only JPEG and PNG/],
    ['<?xml version="1.0"?>\n<!-- a -->\n<svg onload="alert(1)"/>', /it is SVG/],
    ['<?xml version="1.0"?>\n<!-- a --><!---->\n<!DOCTYPE svg PUBLIC "a">\n<SVG>', /it is SVG/],
    [`${'<!---->'.repeat(140)}<svg>`, /it is SVG/],
    ['GIF89a', /it is GIF/],
    ['RIFF\0\0\0\0WEBPVP8 ', /it is WebP/],
    ['\0\0\0\x1cftypavif', /it is AVIF/],
    ['\0\0\0\x18ftypheic', /it is HEIC/],
    ['II*\0', /it is TIFF/],
    ['{"error":"not found"}', /neither JPEG nor PNG/],
    ['\x89PNG\r\n', /neither JPEG nor PNG/],
  ])('is %j', (content, reason) => {
    expect(() => inspect(Buffer.from(content, 'latin1'))).toThrow(refusal(reason))
  })
  it.each(['<!---->', '<!-- ', '<?xml?> ', '<!doctype svg>', ' ', '<svg', 'BM', '\n<'])(
    'is told in some steps, though it repeats %j over and over',
    (piece) => {
      const refused = () => expect(() => inspect(piece.repeat(2000))).toThrow(refusal(/is no image/))
      // A pattern that tries every way to divide these would take for ever: only a context of its own can be ended.
      runInNewContext('refused()', { refused }, { timeout: 10_000 })
    },
  )
  it('begins as an image and says no size', () => {
    expect(() => inspect(Buffer.from('ffd8ffd9', 'hex'))).toThrow(refusal(/no size in pixels/))
    expect(() => inspect(pngFile(0, 5))).toThrow(refusal(/no size in pixels/))
  })
  it('has its size, and no picture', () => {
    const size = Buffer.from(jpegFile(4, 4).subarray(0, 19))
    expect(() => inspect(Buffer.concat([size, Buffer.from('ffd9', 'hex')]))).toThrow(refusal(/cut off/))
  })
})
