import type { Ports } from '../../../platform/ports.ts'
import { LF } from '../../../platform/storage/ascii.ts'
import { lineBlocks } from '../../../platform/storage/line-blocks.ts'
import { readAhead } from '../../../platform/storage/read-ahead.ts'
import { openStored } from '../../../platform/storage/stored-file.ts'
import { SHARD_LINES } from '../work.ts'

/** A line of an input manifest, and where it is in the file. */
export interface InputLine {
  /** Without its line end. */
  readonly text: string
  /** In bytes; the end is that of the line end. */
  readonly start: number
  readonly end: number
}

/** Reads the lines of an input manifest, as many at a time as a shard has. Holds four ranges. */
export async function* readInputShards(
  key: string,
  ports: Pick<Ports, 'config' | 'files'>,
): AsyncGenerator<readonly InputLine[]> {
  const source = await openStored(key, ports)
  let lines: InputLine[] = []
  for await (const { bytes, start } of lineBlocks(readAhead(source, { rangeBytes: 1 << 20 }))) {
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(LF, at) + 1 || bytes.length
      const text = Buffer.from(bytes.subarray(at, end)).toString('utf8').trimEnd()
      lines.push({ text, start: start + at, end: start + end })
      at = end
      if (lines.length < SHARD_LINES) continue
      yield lines
      lines = []
    }
  }
  if (lines.length > 0) yield lines
}
