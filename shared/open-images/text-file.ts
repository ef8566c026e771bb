import { isUtf8 } from 'node:buffer'
import { AppError } from '../contracts/errors.ts'
import { LF } from '../platform/storage/ascii.ts'
import { describeImpostor } from '../platform/storage/impostor.ts'

/**
 * Decodes a downloaded file, without its byte order mark. Pure.
 * @throws AppError `bad-source` when it is empty, not UTF-8, a web page or a Git LFS pointer
 */
export function readText(bytes: Uint8Array, fileName: string): string {
  if (!isUtf8(bytes)) throw invalidText(fileName, bytes, findInvalidLine(bytes), 'must be UTF-8')
  const text = new TextDecoder().decode(bytes)
  const message = text.trim() === '' ? 'must not be empty' : describeImpostor(text)
  if (message !== undefined) throw invalidText(fileName, bytes, 0, message)
  return text
}

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
