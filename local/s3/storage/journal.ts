import { closeSync, existsSync, ftruncateSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { LF } from '../../../shared/platform/storage/ascii.ts'
import type { Change } from './state.ts'

/** An append-only log of changes with one transaction per line. An incomplete line is not committed. */
export interface Journal {
  /** Writes the changes atomically before it returns. */
  append(changes: readonly Change[]): void
  close(): void
}

const CHUNK_BYTES = 1 << 20
const SNAPSHOT_BYTES = 1 << 22

/** Yields the changes of the file in order; none if it does not exist. Ignores an incomplete last line. */
export function* readJournal(path: string): Generator<Change> {
  for (const line of completeLines(path)) {
    // Only `append` writes this file, so every complete line is an array of changes.
    yield* JSON.parse(line) as Change[]
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

/** Replaces the file with a snapshot of these changes and opens it for appending. */
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
      ftruncateSync(descriptor, size) // a full disk must not leave a partial line in the middle
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
      if (closed) throw new Error('The server has stopped')
      write(`${JSON.stringify(changes)}\n`)
    },
    close() {
      if (!closed) closeSync(descriptor)
      closed = true
    },
  }
}
