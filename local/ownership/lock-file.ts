import { closeSync, openSync, statSync, truncateSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { errorCode } from '../files/error-code.ts'

/** Result codes of SQLite. */
const SQLITE_BUSY = 5
const SQLITE_NOTADB = 26

/** Referenced from here, because a database that is garbage-collected is closed, which would release its lock. */
const held = new Set<DatabaseSync>()

/**
 * Locks a file exclusively and returns how to release it. The operating system holds the lock for as long as this
 * process lives: stopping the process does not release it, and killing the process does.
 *
 * The lock is that of an exclusive transaction of SQLite, as Node offers no other lock of the operating system. The file
 * stays empty. Never open it by `node:fs` while it is locked: a process that closes a file loses its locks on it.
 * @returns undefined while anyone else holds the lock, in this process or in another
 * @throws Error when the file cannot be created or locked
 */
export function lockFile(file: string): (() => void) | undefined {
  const path = resolve(file) // SQLite would take a path that begins with `file:` for a URL
  createIfMissing(path)
  const before = identify(path)
  const database = openLocked(path)
  if (!database) return undefined
  // The file may have been removed or replaced before it was locked.
  if (before === undefined || identify(path) !== before) {
    database.close()
    return undefined
  }
  held.add(database)
  return () => {
    if (held.delete(database)) database.close()
  }
}

function openLocked(path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: 0 })
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database?.close()
    const { errcode, message } = Object(error)
    if (errcode === SQLITE_BUSY || identify(path) === undefined) return undefined
    if (errcode !== SQLITE_NOTADB) throw new Error(`Cannot lock ${path}: ${message}`, { cause: error })
    // Nobody has locked it: SQLite has read its content. Emptied and not removed, so that of several processes that
    // find it like this, all lock the same file.
    truncateSync(path)
    return undefined
  }
}

function createIfMissing(path: string): void {
  try {
    closeSync(openSync(path, 'wx'))
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}

/** Returns device and number of a file, which no other existing file has. */
function identify(path: string): string | undefined {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false })
  return status && `${status.dev}:${status.ino}`
}
