import { crc32 } from 'node:zlib'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { countHeadBytes, decodeHead, encodeHead, placeLists } from '../../shared/box-index/head.ts'
import { openIndex } from '../../shared/box-index/open-index.ts'
import { UnusableIndexError } from '../../shared/box-index/unusable-index-error.ts'
import { buildIndex, ETAG } from '../support/fixtures/built-index.ts'
import { manyImages } from '../support/fixtures/many-images.ts'
import { memorySource } from '../support/world/byte-source.ts'

const CSV = manyImages(100, 3)
const VERSION = { etag: ETAG, bytes: Buffer.byteLength(CSV) }
let index: Buffer
let headBytes: number
beforeAll(async () => {
  index = await buildIndex(CSV)
  headBytes = countHeadBytes(index, index.length)
})

const open = (bytes: Uint8Array, csv = VERSION) => openIndex(async () => memorySource(bytes), csv)
/** Returns the index with a changed head whose checksum is valid. */
const rewritten = (change: (head: Buffer) => void): Buffer => {
  const bytes = Buffer.from(index)
  const head = bytes.subarray(0, headBytes)
  change(head)
  head.writeUInt32BE(crc32(head.subarray(0, -4)), headBytes - 4)
  return bytes
}

describe('the head of an index', () => {
  it('is rejected when any of its bits changes', async () => {
    for (let at = 0; at < headBytes; at++) {
      for (const bits of [1, 0x80, 0xff]) {
        const changed = Buffer.from(index)
        changed.writeUInt8(changed.readUInt8(at) ^ bits, at)
        await expect({ at, opening: open(changed) }.opening).rejects.toThrow(UnusableIndexError)
      }
    }
  })
  it.each([
    ['unknown flags', (head: Buffer) => head.writeUInt16BE(3, 10)],
    ['a file that is not grouped', (head: Buffer) => head.writeUInt16BE(0, 10)],
    ['a wrong number of classes', (head: Buffer) => head.writeUInt32BE(9, 32)],
    [
      'lists that are not contiguous',
      (head: Buffer) => head.writeUInt8(head.readUInt8(headBytes - 5) + 16, headBytes - 5),
    ],
  ])('is rejected with %s, although its checksum is valid', async (_, change) => {
    await expect(open(rewritten(change))).rejects.toThrow(UnusableIndexError)
  })
  it.each([
    ['ETag', { ...VERSION, etag: '"other"' }],
    ['size', { ...VERSION, bytes: VERSION.bytes + 1 }],
  ])('is rejected for a box file of another %s', async (_, csv) => {
    await expect(open(index, csv)).rejects.toThrow('another version of the box file')
  })
  it('takes a second read when there are thousands of classes', async () => {
    const counts = Array.from({ length: 3000 }, (_, number) => [`/m/0${number}`, { images: 1, boxes: 2 }] as const)
    const lists = placeLists(new Map(counts), VERSION)
    const head = encodeHead({ csv: VERSION, lists })
    const source = memorySource(Buffer.concat([head, Buffer.alloc(3000 * 32)]))
    expect((await openIndex(async () => source, VERSION)).lists).toEqual(lists)
    expect(source.reads).toEqual([
      [0, 32 << 10],
      [32 << 10, head.length],
    ])
    expect(decodeHead(head)).toEqual({ csv: VERSION, lists })
  })
})
