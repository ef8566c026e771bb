import { randomUUID } from 'node:crypto'
import { fsync } from 'node:fs'
import { link, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** Resolves when what was written to an open file, or to the list of names of an open directory, is on disk. */
export type SyncFile = (descriptor: number) => Promise<void>

/** Waits for the disk, also for the metadata of the file. */
export const syncFile: SyncFile = promisify(fsync)

/** The name ends with a random id, so two writers never share a file. */
const UNFINISHED = /\.[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.next$/

/** Returns a path beside `path` for the new content, until it is complete and renamed. */
export const unfinishedPath = (path: string): string => `${path}.${randomUUID()}.next`

/**
 * Replaces a file atomically and durably: after a crash of the machine, too, it has the old or the new text.
 * @param mode the permissions of the new file, less those that the process keeps from all files
 */
export const replaceFile = (path: string, text: string, mode = 0o666): Promise<void> =>
  placeFile(path, text, mode, (next) => rename(next, path))

/** Creates a file atomically and durably. @throws Error with the code `EEXIST` if it exists, also if it was just created */
export const createFile = (path: string, text: string, mode: number): Promise<void> =>
  // Unlike a rename, a link replaces nothing.
  placeFile(path, text, mode, (next) => link(next, path))

async function placeFile(
  path: string,
  text: string,
  mode: number,
  place: (next: string) => Promise<void>,
): Promise<void> {
  const next = unfinishedPath(path)
  try {
    const file = await open(next, 'wx', mode)
    try {
      await file.writeFile(text)
      await syncFile(file.fd)
    } finally {
      await file.close()
    }
    await place(next)
  } finally {
    await rm(next, { force: true })
  }
  await syncDirectory(dirname(path))
}

/**
 * Appends text to a file durably, or not at all. Of a new file, the name is durable after the next `replaceFile` in its
 * directory.
 */
export async function appendDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'a')
  try {
    const { size } = await file.stat()
    try {
      await file.appendFile(text)
      await syncFile(file.fd)
    } catch (error) {
      await file.truncate(size) // a full disk must not leave a partial line in the middle
      throw error
    }
  } finally {
    await file.close()
  }
}

/** Makes the names in a directory durable: files that were created, renamed or removed there. */
export async function syncDirectory(directory: string, sync = syncFile): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await sync(handle.fd)
  } finally {
    await handle.close()
  }
}

/**
 * Creates a directory and its parents durably, unless it exists.
 * @returns the one of these that is nearest to the root and did not exist; undefined if all did
 */
export async function makeDirectory(directory: string): Promise<string | undefined> {
  const created = await mkdir(directory, { recursive: true })
  if (created === undefined) return undefined
  const end = dirname(resolve(created))
  let path = resolve(directory)
  do {
    path = dirname(path)
    await syncDirectory(path)
  } while (path !== end)
  return created
}

/** Removes what killed writers left in a directory. Only its owner may call it. */
export async function removeUnfinished(directory: string): Promise<void> {
  const names = await readdir(directory)
  const left = names.filter((name) => UNFINISHED.test(name))
  await Promise.all(left.map((name) => rm(join(directory, name), { force: true })))
}
