import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { LF } from '../../../shared/platform/storage/ascii.ts'
import type { Change } from './state.ts'

const CHUNK_BYTES = 1 << 20

/**
 * Yields the changes of the file in order; none if it does not exist. Ignores an incomplete last line, which a killed
 * server leaves behind: it was not acknowledged.
 * @throws Error that names the first line that is damaged
 */
export function* readJournal(path: string): Generator<Change> {
  let number = 0
  for (const line of completeLines(path)) {
    number++
    const changes = parseChanges(line)
    if (!changes)
      throw new Error(
        `${path} is damaged at line ${number}, which is no list of changes. Restore the file from a backup, ` +
          'or use another directory: set GROUNDWORK_DIR.',
      )
    yield* changes
  }
}

/** Returns undefined for what `append` does not write. It writes complete lines only, so their content is not checked. */
function parseChanges(line: string): readonly Change[] | undefined {
  try {
    const changes: unknown = JSON.parse(line)
    const isList = Array.isArray(changes) && changes.every((change) => typeof Object(change).type === 'string')
    return isList ? changes : undefined
  } catch {
    return undefined
  }
}

/**
 * Yields the complete lines of a file. Not `node:readline`, which also splits at U+2028, which keys may contain. Holds one
 * chunk and one line in memory.
 */
function* completeLines(path: string): Generator<string> {
  if (!existsSync(path)) return
  const descriptor = openSync(path, 'r')
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    let held: Buffer[] = []
    for (let count = readSync(descriptor, chunk); count > 0; count = readSync(descriptor, chunk)) {
      let start = 0
      for (let end = chunk.indexOf(LF); end >= 0 && end < count; end = chunk.indexOf(LF, start)) {
        yield Buffer.concat([...held, chunk.subarray(start, end)]).toString('utf8')
        held = []
        start = end + 1
      }
      held.push(Buffer.from(chunk.subarray(start, count)))
    }
  } finally {
    closeSync(descriptor)
  }
}
