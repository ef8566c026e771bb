import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { imageSize } from 'image-size'
import { readImageHeader } from '../../shared/image-files/image-header.ts'
import { END, exif, frame, jpegOf, SCAN, START, segment, withLength } from '../support/fixtures/jpeg-parts.ts'
import { pngFile } from '../support/fixtures/picture-files.ts'

const read = (bytes: Uint8Array) => readImageHeader(bytes, bytes.length)
const PROBLEM = { problem: expect.any(String) }

const SIZE = { format: 'jpg', width: 4000, height: 3000 }
const FRAME = frame(4000, 3000)
const THUMBNAIL = jpegOf(frame(160, 120))
const EXIF = exif({ thumbnail: THUMBNAIL })
const bytes = (...values: readonly number[]) => Buffer.from(values)

// What Chromium, Java ImageIO and Pillow make of such files was looked up with each of them.
describe('The size of a JPEG is the one that decoders read', () => {
  it.each<[string, Buffer]>([
    ['nothing but what it needs', jpegOf(FRAME)],
    ['an EXIF thumbnail', jpegOf(EXIF, FRAME)],
    ['one stray byte behind the EXIF segment', jpegOf(EXIF, bytes(0), FRAME)],
    ['two stray bytes behind the EXIF segment', jpegOf(EXIF, bytes(0, 0), FRAME)],
    ['stray text between segments', jpegOf(EXIF, Buffer.from('hello'), FRAME)],
    ['an EXIF segment that says one byte less than it has', jpegOf(withLength(EXIF, -1), FRAME)],
    [
      'a segment that says one byte more than it has',
      jpegOf(withLength(segment(0xfe, 'one'), 1), segment(0xfe, 'two'), FRAME),
    ],
    ['fill bytes before a marker', jpegOf(Buffer.alloc(100, 0xff), EXIF, FRAME)],
    ['an escaped 0xff between segments', jpegOf(EXIF, bytes(0xff, 0, 0xff, 0), FRAME)],
    ['restart and temporary markers between segments', jpegOf(bytes(0xff, 0xd0, 0xff, 0x01), FRAME)],
    ['a comment that looks like a size', jpegOf(segment(0xfe, frame(16, 16)), FRAME)],
    ['a Photoshop thumbnail', jpegOf(segment(0xed, Buffer.concat([Buffer.from('8BIM'), THUMBNAIL])), FRAME)],
    ['a segment of length 0', jpegOf(bytes(0xff, 0xe5, 0, 0), FRAME)],
    ['the size before everything else', jpegOf(FRAME, EXIF, segment(0xdb, Buffer.alloc(65)))],
    ['a header of a mebibyte', jpegOf(...Array.from({ length: 20 }, () => segment(0xe2, 'x'.repeat(60_000))), FRAME)],
    ['an extended frame', jpegOf(frame(4000, 3000, { marker: 0xc1 }))],
    ['a progressive frame', jpegOf(frame(4000, 3000, { marker: 0xc2 }))],
    ['arithmetic coding', jpegOf(frame(4000, 3000, { marker: 0xc9 }))],
    ['gray pixels', jpegOf(frame(4000, 3000, { components: 1 }))],
    ['CMYK pixels', jpegOf(frame(4000, 3000, { components: 4 }))],
    ['a second image behind the first', Buffer.concat([jpegOf(FRAME), THUMBNAIL])],
    ['bytes behind its end', Buffer.concat([jpegOf(FRAME), Buffer.from('garbage')])],
  ])('with %s', (_, file) => {
    expect(read(file)).toEqual(SIZE)
  })
  it.each<[string, Buffer]>([
    ['a height of 0, which a later marker gives', jpegOf(frame(4000, 0))],
    ['a width of 0', jpegOf(frame(0, 3000))],
    ['a side of more than 65,500 pixels', jpegOf(frame(65_501, 10))],
    ['12 bits a sample', jpegOf(frame(4000, 3000, { precision: 12 }))],
    ['five color components', jpegOf(frame(4000, 3000, { components: 5 }))],
    ['a lossless frame', jpegOf(frame(4000, 3000, { marker: 0xc3 }))],
    ['a hierarchical frame', jpegOf(segment(0xde, frame(4000, 3000).subarray(4)), FRAME)],
    ['a size whose segment has another length than it says', jpegOf(withLength(FRAME, -3), FRAME)],
    ['two sizes', jpegOf(frame(60, 50), FRAME)],
    ['image data before its size', jpegOf(SCAN, FRAME)],
    ['its end before its image data', Buffer.concat([START, END, FRAME, SCAN, END])],
    ['a second start in its header', jpegOf(START, FRAME)],
    ['an EXIF segment that ends before its thumbnail', jpegOf(withLength(EXIF, -THUMBNAIL.length), FRAME)],
    ['bytes before its start', Buffer.concat([bytes(10), jpegOf(FRAME)])],
  ])('which is none with %s', (_, file) => {
    expect(read(file)).toEqual(PROBLEM)
  })
  it('as an independent reader has it, in every sample photo', async () => {
    const folder = new URL('../../local/sample-data/train/images/', import.meta.url)
    for (const name of await readdir(folder)) {
      const file = await readFile(new URL(name, folder))
      const { width, height } = imageSize(file)
      expect(read(file)).toMatchObject({ width, height })
    }
  })
})

describe('The orientation of a JPEG', () => {
  const orientationOf = (...parts: readonly Buffer[]) => {
    const header = read(jpegOf(...parts, FRAME))
    return typeof header === 'object' && 'format' in header ? header.orientation : header
  }
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('%d is read in both byte orders', (orientation) => {
    expect(orientationOf(exif({ orientation }))).toBe(orientation)
    expect(orientationOf(exif({ orientation, littleEndian: true }))).toBe(orientation)
  })
  it('is read behind a color profile, and behind the size', () => {
    expect(orientationOf(segment(0xe2, 'x'.repeat(3000)), exif({ orientation: 6 }))).toBe(6)
    expect(read(jpegOf(FRAME, exif({ orientation: 6 })))).toEqual({ ...SIZE, orientation: 6 })
  })
  it('is that of the first EXIF segment of two', () => {
    expect(orientationOf(exif({ orientation: 3 }), exif({ orientation: 6 }))).toBe(3)
  })
  it.each([0, 9, 65_535])('%d means nothing and is left out', (orientation) => {
    expect(orientationOf(exif({ orientation }))).toBeUndefined()
  })
  it('is left out of damaged EXIF data', () => {
    const { length } = exif({ orientation: 6 })
    for (let end = 4; end < length - 4; end++)
      expect(orientationOf(segment(0xe1, exif({ orientation: 6 }).subarray(4, end)))).toBeUndefined()
    expect(orientationOf(segment(0xe1, 'Exif\0\0MM\0*\xff\xff\xff\xff'))).toBeUndefined()
  })
})

/** Replaces a byte of the header of a PNG, and mends its checksum unless told otherwise. */
function pngWith(offset: number, value: number): Buffer {
  const file = pngFile(400, 300)
  file[offset] = value
  return file
}

describe('The size of a PNG', () => {
  it('is that of its header', () => {
    expect(read(pngFile(400, 300))).toEqual({ format: 'png', width: 400, height: 300 })
  })
  it.each<[string, Buffer]>([
    ['a wrong checksum', pngWith(29, 0)],
    ['a width that was damaged', pngWith(16, 1)],
    ['another first chunk', Buffer.concat([pngFile(4, 3).subarray(0, 8), pngFile(4, 3).subarray(33)])],
    ['a width of 0', pngFile(0, 3)],
    [
      'line ends that a transfer as text has changed',
      Buffer.from(pngFile(4, 3).toString('latin1').replace('\r\n', '\n'), 'latin1'),
    ],
  ])('is none with %s', (_, file) => {
    expect(read(file)).toEqual(PROBLEM)
  })
})

describe('A file that is not whole', () => {
  it('is incomplete as long as its header does not end, and then has a size', () => {
    const file = jpegOf(EXIF, FRAME, segment(0xc4, Buffer.alloc(30)))
    const headerEnd = file.length - SCAN.length - END.length + 10
    for (let end = 3; end < file.length; end++)
      expect([end, readImageHeader(file.subarray(0, end), file.length)]).toEqual([
        end,
        end < headerEnd ? 'incomplete' : SIZE,
      ])
  })
  it('has a problem when it is known to end there', () => {
    for (const file of [jpegOf(EXIF, FRAME), pngFile(8, 8)])
      for (let end = 0; end < file.length; end++) expect(read(file.subarray(0, end))).toEqual(PROBLEM)
  })
  it.each([
    ['', 'empty'],
    ['<!doctype html><p>Sign in', 'web page'],
    ['<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', 'XML'],
    ['version https://git-lfs.github.com/spec/v1', 'Git LFS'],
    ['{"message":"not found"}', 'JSON'],
    ['GIF89a', 'GIF'],
    ['RIFF\x1e\0\0\0WEBPVP8L', 'WebP'],
    ['\0\0\0\x1cftypavif', 'AVIF'],
    ['\0\0\0\x18ftypheic', 'HEIC'],
    ['\xff\x0a', 'JPEG XL'],
    ['\0\0\0\x0cjP  \r\n', 'JPEG 2000'],
    ['II*\0', 'TIFF'],
    ['8BPS', 'Photoshop'],
    ['\0\0\0\x18ftypmp42', 'video'],
    ['%PDF-1.7', 'PDF'],
    ['\x1f\x8b\x08', 'gzip'],
    ['PK\x03\x04', 'zip'],
  ])('which begins with %j is told by its name', (start, name) => {
    expect(read(Buffer.from(start, 'latin1'))).toEqual({ problem: expect.stringContaining(name) })
  })
  it('never throws, and never has another size than the whole file', () => {
    const file = jpegOf(EXIF, exif({ orientation: 6 }), FRAME)
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), fc.nat(file.length), (at, value, end) => {
        const damaged = Buffer.from(file)
        damaged[at] = value
        const part = readImageHeader(damaged.subarray(0, end), damaged.length)
        const whole = read(damaged)
        if ('format' in Object(part) && 'format' in Object(whole)) expect(whole).toEqual(part)
      }),
      { numRuns: 2000 },
    )
  })
})
