import { seededRandom } from '../../local/seeded-random.ts'

const SIZE_SEGMENT = [0xff, 0xc0, 0x00, 0x11, 0x08]
const HEAD = [
  0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01, 0x01, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00,
  0x00,
]
const COMPONENTS = [0x03, 0x01, 0x22, 0x00, 0x02, 0x11, 0x01, 0x03, 0x11, 0x01]
const WIDTH = 1024
const HEIGHT = 768

/** Creates bytes with the header of a 1,024 x 768 JPEG, followed by random data. */
export function jpegLike(bytes: number, seed: number): Buffer {
  const size = [HEIGHT >> 8, HEIGHT & 0xff, WIDTH >> 8, WIDTH & 0xff]
  const head = Buffer.from([...HEAD, ...SIZE_SEGMENT, ...size, ...COMPONENTS])
  const random = seededRandom(seed)
  const rest = Buffer.from(Array.from({ length: bytes - head.length }, () => Math.floor(random() * 0xff)))
  return Buffer.concat([head, rest])
}
