import { LF } from '../../../shared/platform/storage/ascii.ts'
import { FileError } from './s3-files.ts'

/**
 * The lines of a text, without their ends (`\n` or `\r\n`). Holds a line and a chunk; not `node:readline`, which also
 * ends lines at U+2028, a character that JSON may hold.
 * @param mostBytes of one line
 * @throws FileError for a line that is longer, or is not UTF-8
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let held: Uint8Array[] = []
  let size = 0
  let number = 0
  const take = (part: Uint8Array): void => {
    held.push(part)
    size += part.length
    if (size > mostBytes) throw new FileError(`line ${number + 1} is longer than ${mostBytes} bytes`)
  }
  const line = (): string => {
    number++
    const bytes = Buffer.concat(held)
    held = []
    size = 0
    try {
      return decoder.decode(bytes).replace(/\r$/, '')
    } catch {
      throw new FileError(`line ${number} is not UTF-8`)
    }
  }
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      take(chunk.subarray(start, end))
      yield line()
      start = end + 1
    }
    if (start < chunk.length) take(chunk.subarray(start))
  }
  if (size > 0) yield line()
}
