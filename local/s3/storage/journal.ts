import { closeSync, fstatSync, ftruncateSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { type SyncFile, syncDirectory, unfinishedPath } from '../../files/write-file.ts'
import { createGroupSync } from './group-sync.ts'
import type { Change } from './state.ts'

/** An append-only log of changes with one transaction per line. An incomplete line is not committed. */
export interface Journal {
  /** Writes the changes atomically before it returns. They are durable after `onDisk`. */
  append(changes: readonly Change[]): void
  /** Resolves when everything that was appended before this call is on disk. @throws from the first failure on */
  onDisk(): Promise<void>
  close(): void
}

const SNAPSHOT_BYTES = 1 << 22

/**
 * Replaces the file with a snapshot of these changes and opens it for appending.
 * @param onFailure receives the error after which nothing is acknowledged
 */
export async function startJournal(
  path: string,
  changes: Iterable<Change>,
  sync: SyncFile,
  onFailure: (error: unknown) => void,
): Promise<Journal> {
  const next = unfinishedPath(path)
  const descriptor = openSync(next, 'ax')
  const group = createGroupSync(async () => {
    await sync(descriptor)
    assertInPlace(path, descriptor)
  }, onFailure)
  let size = 0
  let closed = false

  function write(text: string): void {
    const bytes = Buffer.from(text)
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written)
    } catch (error) {
      undoWrite()
      throw error
    }
    size += bytes.length
  }

  /** A full disk must not leave a partial line in the middle. */
  function undoWrite(): void {
    try {
      ftruncateSync(descriptor, size)
    } catch (error) {
      onFailure(error)
    }
  }

  function close(): void {
    if (!closed) closeSync(descriptor)
    closed = true
  }

  try {
    for (const text of toSnapshot(changes)) write(text)
    await sync(descriptor)
    renameSync(next, path)
    await syncDirectory(dirname(path), sync)
  } catch (error) {
    close()
    rmSync(next, { force: true })
    throw error
  }

  return {
    append(changes) {
      if (closed) throw new Error('The server has stopped')
      write(`${JSON.stringify(changes)}\n`)
      group.written()
    },
    onDisk: group.onDisk,
    close,
  }
}

/** Yields the lines of these changes, some megabytes at a time. */
function* toSnapshot(changes: Iterable<Change>): Generator<string> {
  let lines: string[] = []
  let pending = 0
  for (const change of changes) {
    const line = `${JSON.stringify([change])}\n`
    lines.push(line)
    pending += line.length
    if (pending < SNAPSHOT_BYTES) continue
    yield lines.join('')
    lines = []
    pending = 0
  }
  yield lines.join('')
}

/** @throws Error when the file was removed or replaced: what is appended to it then is lost when it is closed */
function assertInPlace(path: string, descriptor: number): void {
  const open = fstatSync(descriptor, { bigint: true })
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (found?.ino === open.ino && found.dev === open.dev) return
  throw new Error(`${path} was ${found ? 'replaced' : 'removed'} while the server ran`)
}
