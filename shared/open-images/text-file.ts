import { isUtf8 } from 'node:buffer'
import { AppError } from '../contracts/errors.ts'
import { CR, LF } from '../platform/storage/ascii.ts'
import { describeFormat, describeImpostor, describeNotUtf8 } from '../platform/storage/text-format.ts'

/**
 * Decodes a downloaded file, without its byte order mark. Pure.
 * @throws AppError `bad-source` when it is empty, not UTF-8, a compressed or other binary file, a web page or a Git LFS
 *   pointer
 */
export function readText(bytes: Uint8Array, fileName: string): string {
  const format = describeFormat(bytes)
  if (format !== undefined) throw invalidText(fileName, bytes, 0, format)
  if (!isUtf8(bytes)) {
    const start = findInvalidLine(bytes)
    throw invalidText(fileName, bytes, start, describeNotUtf8(bytes.subarray(start)))
  }
  const text = new TextDecoder().decode(bytes)
  const message = text.trim() === '' ? 'must not be empty' : describeImpostor(text)
  if (message !== undefined) throw invalidText(fileName, bytes, 0, message)
  return text
}

/**
 * Recognizes by its first bytes a file that is no CSV file in UTF-8. Returns what it must be instead, or undefined. Pure.
 * @param start at least the first kilobyte, or the whole file
 */
export function describeNotCsv(start: Uint8Array): string | undefined {
  const format = describeFormat(start)
  if (format !== undefined) return format
  const text = new TextDecoder().decode(start)
  const impostor = describeImpostor(text)
  if (impostor !== undefined) return impostor
  if (/^\s*[[{]/.test(text)) return 'must be CSV, not JSON'
  return start.includes(CR) && !start.includes(LF) ? NOT_CR : undefined
}

/** For rows and files whose lines end as on old Macs, so that several look like one. */
export const NOT_CR = 'must end its lines with LF or CRLF, not with CR alone'

/**
 * Creates a `bad-source` error that names the file and the place in it: `labels.csv: line 3, byte 57: must …`.
 * @param offset of the invalid line's first byte, from 0; lines count from 1
 * @param message what would be right and what was found, without a full stop
 */
export function invalidText(
  fileName: string,
  bytes: Uint8Array,
  offset: number,
  message: string,
  cause?: unknown,
): AppError {
  const line = bytes.subarray(0, offset).reduce((count, byte) => count + (byte === LF ? 1 : 0), 1)
  const at = `line ${line}, byte ${offset}`
  return new AppError('bad-source', `${fileName}: ${at}: ${message}.`, [{ at: `${fileName}: ${at}`, message }], cause)
}

function findInvalidLine(bytes: Uint8Array): number {
  let start = 0
  for (;;) {
    const end = bytes.indexOf(LF, start)
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return start
    start = end + 1
  }
}
