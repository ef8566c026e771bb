import { crc32, deflateSync } from 'node:zlib'

const uint16 = (value: number): number[] => [value >> 8, value & 0xff]

/** A JPEG with all segments that it needs, and no picture in them. */
export function jpegFile(width: number, height: number, comment = ''): Buffer {
  const size = [0xff, 0xc0, 0, 11, 8, ...uint16(height), ...uint16(width), 1, 1, 0x11, 0]
  const noted = Buffer.from(comment, 'latin1')
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xfe, ...uint16(noted.length + 2)]),
    noted,
    Buffer.from([...size, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 0xff, 0xd9]),
  ])
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, checksum])
}

/** A grey PNG; one that says it is larger than it is where `rows` are fewer than its height. */
export function pngFile(width: number, height: number, rows = height): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0])
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(rows * (width + 1)))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}
