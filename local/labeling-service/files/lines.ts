import { LF } from '../../../shared/platform/storage/ascii.ts'
import { FileError } from './s3-files.ts'

/**
 * Splits a byte stream into lines, without their `\n` or `\r\n`. Not `node:readline`, which also splits at U+2028, which
 * JSON may contain. Holds one line and one chunk in memory.
 * @param maxBytes maximum length of a line
 * @throws FileError for a line that is longer or not UTF-8
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let held: Uint8Array[] = []
  let size = 0
  let number = 0
  const take = (part: Uint8Array): void => {
    held.push(part)
    size += part.length
    if (size > maxBytes) throw new FileError(`line ${number + 1} is longer than ${maxBytes} bytes`)
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
