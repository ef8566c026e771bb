import { isUtf8 } from 'node:buffer'

/** Bytes of a file's start that decide what it is. */
const SAMPLE_BYTES = 1024

const COMPRESSED = 'unpack it first'
const TABLE = 'export it as text'
const OTHER = 'check its address'

/** First bytes of other kinds of files, as Latin-1, with their name and what to do. */
const SIGNATURES: readonly (readonly [signature: string, name: string, advice: string])[] = [
  ['\x1f\x8b', 'gzip', COMPRESSED],
  ['\x1f\x9d', 'compress (.Z)', COMPRESSED],
  ['BZh', 'bzip2', COMPRESSED],
  ['\xfd7zXZ', 'xz', COMPRESSED],
  ['\x28\xb5\x2f\xfd', 'zstd', COMPRESSED],
  ['\x04\x22\x4d\x18', 'LZ4', COMPRESSED],
  ['7z\xbc\xaf\x27\x1c', '7-Zip', COMPRESSED],
  ['Rar!\x1a', 'RAR', COMPRESSED],
  ['PK\x03\x04', 'zip (or a spreadsheet, which is a zip too)', `${COMPRESSED}, or ${TABLE}`],
  ['PK\x05\x06', 'an empty zip', OTHER],
  ['PAR1', 'Parquet', TABLE],
  ['ARROW1', 'Arrow', TABLE],
  ['Obj\x01', 'Avro', TABLE],
  ['\xd0\xcf\x11\xe0', 'a spreadsheet or document of Microsoft Office', TABLE],
  ['SQLite format 3', 'an SQLite database', TABLE],
  ['%PDF-', 'PDF', OTHER],
  ['\xff\xd8\xff', 'a JPEG image', OTHER],
  ['\x89PNG', 'a PNG image', OTHER],
  ['GIF8', 'a GIF image', OTHER],
  ['RIFF', 'a WebP image or other media', OTHER],
]

/** Byte order marks, as Latin-1. That of UTF-32 begins with that of UTF-16. */
const MARKS: readonly (readonly [mark: string, name: string])[] = [
  ['\xff\xfe\0\0', 'UTF-32'],
  ['\0\0\xfe\xff', 'UTF-32'],
  ['\xff\xfe', 'UTF-16'],
  ['\xfe\xff', 'UTF-16'],
]

/**
 * Recognizes by its first bytes a file that is no text in UTF-8: compressed files, tables, images, UTF-16 and UTF-32 with
 * and without a byte order mark. Returns what it must be instead and what to do, or undefined. Pure.
 * @param start at least the first kilobyte, or the whole file
 */
export function describeFormat(start: Uint8Array): string | undefined {
  const sample = Buffer.from(start.subarray(0, SAMPLE_BYTES)).toString('latin1')
  const found = SIGNATURES.find(([signature]) => sample.startsWith(signature))
  if (found) return `must be plain text, not ${found[1]}; ${found[2]}`
  if (sample.startsWith('ustar', 257)) return `must be plain text, not a tar archive; ${COMPRESSED}`
  const encoding = MARKS.find(([mark]) => sample.startsWith(mark))?.[1] ?? guessEncoding(sample)
  if (encoding !== undefined) return `must be text in UTF-8, not in ${encoding}; save it as UTF-8`
  return sample.includes('\0') ? `must be plain text, not a binary file; ${OTHER}` : undefined
}

/** Recognizes text without a byte order mark: most characters of such files are ASCII, whose other bytes are 0. */
function guessEncoding(sample: string): 'UTF-16' | 'UTF-32' | undefined {
  const characters = Math.floor(sample.length / 4)
  if (characters === 0) return undefined
  const zeros = [0, 0, 0, 0]
  for (let at = 0; at < characters * 4; at++) if (sample[at] === '\0') zeros[at % 4] = (zeros[at % 4] ?? 0) + 1
  const pattern = zeros.map((count) => (count > characters / 2 ? '0' : 'x')).join('')
  if (pattern === 'x000' || pattern === '000x') return 'UTF-32'
  return pattern === 'x0x0' || pattern === '0x0x' ? 'UTF-16' : undefined
}

/** Says that bytes are not UTF-8, with the first byte that is not, and what they may be instead. Pure. */
export function describeNotUtf8(bytes: Uint8Array): string {
  const byte = bytes[findInvalidByte(bytes)] ?? 0
  const shown = `0x${byte.toString(16).padStart(2, '0')}`
  return `must be UTF-8, which the byte ${shown} is not; if the file is Latin-1 or Windows-1252, save it as UTF-8`
}

function findInvalidByte(bytes: Uint8Array): number {
  let at = 0
  for (; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) continue
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
    if (!isUtf8(bytes.subarray(at, at + length))) break
    at += length - 1
  }
  return at
}

/** Recognizes a Git LFS pointer or a web page in place of a published file. Returns a message, or undefined. Pure. */
export function describeImpostor(text: string): string | undefined {
  if (text.startsWith('version https://git-lfs'))
    return 'must be the file itself, not a Git LFS pointer; fetch it with git lfs pull'
  if (/^\s*<(!doctype|!--|html|head|body|\?xml|error)/i.test(text))
    return 'must be the file itself, not a web page or XML; check its address'
  return undefined
}
