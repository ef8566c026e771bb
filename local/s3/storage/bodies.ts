import { randomUUID } from 'node:crypto'
import { type FileHandle, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, type SyncFile } from '../../files/write-file.ts'
import { createGroupSync } from './group-sync.ts'
import type { Extent } from './model.ts'
import type { ReferenceCounter } from './state.ts'

/** Immutable body files under generated names. They are shared, reference-counted and removed when unreferenced. */
export interface Bodies extends ReferenceCounter {
  /** Creates an empty file with one reference, which the writer must release. */
  create(): Promise<BodyWriter>
  /** Streams bytes, one chunk in memory. The caller must retain them meanwhile. */
  read(extents: readonly Extent[]): AsyncGenerator<Buffer>
  /** Removes unreferenced files, which a killed server leaves behind. */
  sweep(): Promise<void>
  /** Resolves when all pending removals are done. */
  close(): Promise<void>
}

export interface BodyWriter {
  readonly file: string
  write(bytes: Uint8Array): Promise<void>
  /** Resolves when the file and its name are on disk. */
  onDisk(): Promise<void>
  close(): Promise<void>
}

const READ_BYTES = 1 << 18

/**
 * Opens the body files of a directory, which is created if missing.
 * @param onFailure receives the error after which no name of a file is known to be on disk
 */
export async function openBodies(
  directory: string,
  sync: SyncFile,
  onFailure: (error: unknown) => void,
): Promise<Bodies> {
  await makeDirectory(directory)
  const names = await open(directory, 'r')
  const namesOnDisk = createGroupSync(() => sync(names.fd), onFailure)
  const referenceCounts = new Map<string, number>()
  const removals = new Set<Promise<void>>()
  const bodyPath = (file: string) => join(directory, file)

  function remove(file: string): void {
    const removal = rm(bodyPath(file), { force: true })
      .catch((error: unknown) => console.error(`Cannot remove ${bodyPath(file)}`, error))
      .finally(() => removals.delete(removal))
    removals.add(removal)
  }

  const settled = async () => void (await Promise.all(removals))

  return {
    async create() {
      const file = randomUUID()
      referenceCounts.set(file, 1)
      const handle = await open(bodyPath(file), 'wx').catch((error: unknown) => {
        referenceCounts.delete(file)
        throw error
      })
      namesOnDisk.written()
      return {
        file,
        write: (bytes) => writeAll(handle, bytes),
        onDisk: async () => void (await Promise.all([sync(handle.fd), namesOnDisk.onDisk()])),
        close: () => handle.close(),
      }
    },
    retain({ extents }) {
      for (const { file } of extents) referenceCounts.set(file, (referenceCounts.get(file) ?? 0) + 1)
    },
    release({ extents }) {
      for (const { file } of extents) {
        const left = (referenceCounts.get(file) ?? 0) - 1
        if (left > 0) referenceCounts.set(file, left)
        else if (referenceCounts.delete(file)) remove(file)
      }
    },
    async *read(extents) {
      for (const { file, start, length } of extents) {
        const handle = await open(bodyPath(file), 'r')
        try {
          for (let at = start; at < start + length; ) {
            const wanted = Math.min(READ_BYTES, start + length - at)
            const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, at)
            if (bytesRead === 0) throw new Error(`Unexpected end of ${bodyPath(file)}`)
            yield buffer.subarray(0, bytesRead)
            at += bytesRead
          }
        } finally {
          await handle.close()
        }
      }
    },
    async sweep() {
      for (const file of await readdir(directory)) if (!referenceCounts.has(file)) remove(file)
      await settled()
    },
    async close() {
      await settled()
      await names.close()
    },
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await handle.write(bytes, written)).bytesWritten
  }
}
