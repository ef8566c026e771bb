import { isUtf8 } from 'node:buffer'
import { AppError } from '../contracts/errors.ts'

const LINE_FEED = 0x0a

/** What a text plainly is instead of one of the published files: a web page, a Git LFS pointer. */
export function describeImpostor(text: string): string | undefined {
  if (text.startsWith('version https://git-lfs'))
    return 'this is a Git LFS pointer, not the file itself; fetch it with git lfs pull'
  if (/^\s*<(!doctype|!--|html|head|body|\?xml|error)/i.test(text))
    return 'this is a web page or XML, not the file itself; check its address'
  return undefined
}

/**
 * The text of a downloaded file, without its byte order mark.
 * @throws AppError `bad-source` when it is empty, not UTF-8, or plainly something else: a web page, a Git LFS pointer
 */
export function readText(bytes: Uint8Array, fileName: string): string {
  if (!isUtf8(bytes)) throw invalidText(fileName, bytes, firstBadLine(bytes), 'the line is not UTF-8 text')
  const text = new TextDecoder().decode(bytes)
  const problem = text.trim() === '' ? 'the file is empty' : describeImpostor(text)
  if (problem !== undefined) throw invalidText(fileName, bytes, 0, problem)
  return text
}

/**
 * A refusal that names the file and the place in it: `labels.csv: line 3, byte 57: …`.
 * @param offset of the first byte that the fault belongs to, from 0; lines count from 1
 * @param problem what is wrong and what would be right, without a full stop
 */
export function invalidText(
  fileName: string,
  bytes: Uint8Array,
  offset: number,
  problem: string,
  cause?: unknown,
): AppError {
  const line = bytes.subarray(0, offset).reduce((count, byte) => count + (byte === LINE_FEED ? 1 : 0), 1)
  const at = `line ${line}, byte ${offset}`
  return new AppError(
    'bad-source',
    `${fileName}: ${at}: ${problem}.`,
    [{ at: `${fileName}: ${at}`, message: problem }],
    cause,
  )
}

function firstBadLine(bytes: Uint8Array): number {
  let start = 0
  for (;;) {
    const end = bytes.indexOf(LINE_FEED, start)
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return start
    start = end + 1
  }
}
