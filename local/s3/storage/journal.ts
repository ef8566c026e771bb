import { closeSync, existsSync, ftruncateSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { LF } from '../../../shared/platform/storage/ascii.ts'
import type { Change } from './state.ts'

/** An append-only file of changes, one transaction a line. A line is written whole or does not count. */
export interface Journal {
  /** Makes the changes durable, all or none, before it returns. */
  append(changes: readonly Change[]): void
  close(): void
}

const CHUNK_BYTES = 1 << 20
const SNAPSHOT_BYTES = 1 << 22

/** The changes in the file, in order; none if there is no file. A last line without its end was never committed. */
export function* readJournal(path: string): Generator<Change> {
  for (const line of completeLines(path)) {
    // Only `append` writes this file, so a complete line is a list of changes.
    yield* JSON.parse(line) as Change[]
  }
}

/** Not `node:readline`, which also ends lines at U+2028, a character that keys may hold. Holds a chunk and a line. */
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

/** Replaces the file by a fresh one that holds these changes, and opens it for more. */
export function startJournal(path: string, changes: Iterable<Change>): Journal {
  const next = `${path}.next`
  rmSync(next, { force: true })
  const descriptor = openSync(next, 'a')
  let size = 0
  let closed = false

  function write(text: string): void {
    const bytes = Buffer.from(text)
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written)
    } catch (error) {
      ftruncateSync(descriptor, size) // a full disk must not leave half a line in the middle
      throw error
    }
    size += bytes.length
  }

  let lines: string[] = []
  let pending = 0
  for (const change of changes) {
    const line = `${JSON.stringify([change])}\n`
    lines.push(line)
    pending += line.length
    if (pending < SNAPSHOT_BYTES) continue
    write(lines.join(''))
    lines = []
    pending = 0
  }
  write(lines.join(''))
  renameSync(next, path)

  return {
    append(changes) {
      if (closed) throw new Error('the server has stopped')
      write(`${JSON.stringify(changes)}\n`)
    },
    close() {
      if (!closed) closeSync(descriptor)
      closed = true
    },
  }
}
