import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const Lock = z.object({ url: z.string(), id: z.string() })
const PROBE_TIMEOUT_MILLISECONDS = 1000

/** The response header that identifies a server. */
export const SERVER_HEADER = 'server'

const lockPath = (directory: string) => join(directory, 'server.json')

/**
 * Asserts that no other server uses this directory: two servers would overwrite each other's journal. Probes the server
 * that wrote the lock over HTTP, because a process id may be reused after a crash.
 * @throws Error when that server responds
 */
export async function assertUnlocked(directory: string): Promise<void> {
  const url = await findLockHolder(directory)
  if (url === undefined) return
  throw new Error(`${directory} is in use by the S3 server at ${url}. Stop that server or use another directory.`)
}

/** Returns the URL of the server that currently uses this directory, if any. */
export async function findLockHolder(directory: string): Promise<string | undefined> {
  const mark = readLock(directory)
  if (mark === undefined) return undefined
  const response = await fetch(mark.url, {
    method: 'HEAD',
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MILLISECONDS),
  }).catch(() => undefined)
  return response?.headers.get(SERVER_HEADER) === mark.id ? mark.url : undefined
}

/** Locks the directory for the server at this URL. */
export function writeLock(directory: string, url: string, id: string): void {
  writeFileSync(lockPath(directory), JSON.stringify({ url, id }))
}

/** Removes the lock. */
export function removeLock(directory: string): void {
  rmSync(lockPath(directory), { force: true })
}

function readLock(directory: string): z.infer<typeof Lock> | undefined {
  try {
    return Lock.parse(JSON.parse(readFileSync(lockPath(directory), 'utf8')))
  } catch {
    return undefined
  }
}
