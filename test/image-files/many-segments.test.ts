import { crc32 } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { readImageHeader } from '../../shared/image-files/image-header.ts'
import { MAX_SEGMENTS } from '../../shared/image-files/jpeg-segments.ts'
import { END, frame, SCAN, START, segment } from '../support/fixtures/jpeg-parts.ts'
import { pngFile } from '../support/fixtures/picture-files.ts'

const MANY = 100_000
/** Far fewer than the parts of a file, and more than its header needs. */
const FEW_COPIES = 1000

/** Counts how often a reader makes a view, a copy or a text of a file: each is slow when it is done for every few bytes. */
class CountedBytes extends Uint8Array {
  copies = 0
  override subarray(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    this.copies += 1
    // A plain view, so that what is done with it is not counted.
    return new Uint8Array(this.buffer as ArrayBuffer, this.byteOffset, this.length).subarray(start, end)
  }
  override indexOf(value: number, from?: number): number {
    this.copies += 1
    return super.indexOf(value, from)
  }
}

function read(file: Uint8Array) {
  const bytes = new CountedBytes(file)
  return { header: readImageHeader(bytes, bytes.length), copies: bytes.copies }
}

const repeat = (part: Uint8Array, count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => part))

/** A PNG with so many empty chunks before its image data, of types that alternate. */
function pngWithChunks(count: number): Buffer {
  const chunk = (type: string): Buffer => {
    const bytes = Buffer.alloc(12)
    bytes.write(type, 4, 'latin1')
    bytes.writeUInt32BE(crc32(bytes.subarray(4, 8)), 8)
    return bytes
  }
  const file = pngFile(8, 8)
  const pair = Buffer.concat([chunk('tEXt'), chunk('zTXt')])
  return Buffer.concat([file.subarray(0, 33), repeat(pair, count / 2), file.subarray(33)])
}

const FRAME = frame(4000, 3000)
const COMMENT = segment(0xfe)

describe('An image file of very many parts', () => {
  it.each<[string, Buffer, object]>([
    ['empty chunks of a PNG', pngWithChunks(MANY), { format: 'png', width: 8, height: 8 }],
    [
      'fill bytes of a JPEG',
      Buffer.concat([START, repeat(Buffer.from([0xff]), MANY), FRAME, SCAN, END]),
      { format: 'jpg', width: 4000, height: 3000 },
    ],
    [
      'markers without a meaning in a JPEG',
      Buffer.concat([START, repeat(Buffer.from([0xff, 0x01]), MANY), FRAME, SCAN, END]),
      { format: 'jpg', width: 4000, height: 3000 },
    ],
    [
      'escaped bytes in the scan of a JPEG',
      Buffer.concat([START, FRAME, SCAN, repeat(Buffer.from([0xff, 0x00]), MANY), END]),
      { format: 'jpg', width: 4000, height: 3000 },
    ],
  ])('is read with few copies: %s', (_, file, expected) => {
    const { header, copies } = read(file)
    expect(header).toEqual(expected)
    expect(copies).toBeLessThan(FEW_COPIES)
  })

  it('is read when a JPEG has as many segments as it may have', () => {
    const parts = repeat(COMMENT, MAX_SEGMENTS - 3)
    expect(read(Buffer.concat([START, parts, FRAME, SCAN, END])).header).toHaveProperty('width', 4000)
  })

  it.each([
    ['before its image data', Buffer.concat([START, repeat(COMMENT, MANY), FRAME, SCAN, END])],
    ['behind its image data', Buffer.concat([START, FRAME, SCAN, repeat(COMMENT, MANY), END])],
  ])('has a problem when a JPEG has more segments, %s', (_, file) => {
    const { header, copies } = read(file)
    expect(header).toEqual({ problem: expect.any(String) })
    expect(copies).toBeLessThan(2 * MAX_SEGMENTS)
  })

  it('has the problem within its first bytes, so that no more of it is read', () => {
    const file = Buffer.concat([START, repeat(COMMENT, MANY), FRAME, SCAN, END])
    expect(readImageHeader(file.subarray(0, 64 << 10), file.length)).toEqual({ problem: expect.any(String) })
  })
})
