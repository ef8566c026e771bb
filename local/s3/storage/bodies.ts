import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { type FileHandle, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Extent } from './model.ts'
import type { Usage } from './state.ts'

/** Body files, written once under a generated name, shared, counted, and removed when nothing uses them. */
export interface Bodies extends Usage {
  /** A new empty file, in use by its writer until it is released. */
  create(): Promise<BodyWriter>
  /** The bytes, at most a chunk in memory. Whoever reads must hold them meanwhile. */
  read(extents: readonly Extent[]): AsyncGenerator<Buffer>
  /** Removes files that nothing uses: what a killed server was writing. */
  sweep(): Promise<void>
  /** Resolves when every removal so far has been made. */
  settled(): Promise<void>
}

interface BodyWriter {
  readonly file: string
  write(bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

const READ_BYTES = 1 << 18

/** The body files in this directory, which is made if it is not there. */
export function openBodies(directory: string): Bodies {
  mkdirSync(directory, { recursive: true })
  const users = new Map<string, number>()
  const removals = new Set<Promise<void>>()
  const pathOf = (file: string) => join(directory, file)

  function remove(file: string): void {
    const removal = rm(pathOf(file), { force: true })
      .catch((error: unknown) => console.error(`cannot remove ${pathOf(file)}`, error))
      .finally(() => removals.delete(removal))
    removals.add(removal)
  }

  const settled = async () => void (await Promise.all(removals))

  return {
    async create() {
      const file = randomUUID()
      users.set(file, 1)
      const handle = await open(pathOf(file), 'wx').catch((error: unknown) => {
        users.delete(file)
        throw error
      })
      return { file, write: (bytes) => writeAll(handle, bytes), close: () => handle.close() }
    },
    hold({ extents }) {
      for (const { file } of extents) users.set(file, (users.get(file) ?? 0) + 1)
    },
    release({ extents }) {
      for (const { file } of extents) {
        const left = (users.get(file) ?? 0) - 1
        if (left > 0) users.set(file, left)
        else if (users.delete(file)) remove(file)
      }
    },
    async *read(extents) {
      for (const { file, start, length } of extents) {
        const handle = await open(pathOf(file), 'r')
        try {
          for (let at = start; at < start + length; ) {
            const wanted = Math.min(READ_BYTES, start + length - at)
            const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, at)
            if (bytesRead === 0) throw new Error(`${pathOf(file)} is shorter than it was`)
            yield buffer.subarray(0, bytesRead)
            at += bytesRead
          }
        } finally {
          await handle.close()
        }
      }
    },
    async sweep() {
      for (const file of await readdir(directory)) if (!users.has(file)) remove(file)
      await settled()
    },
    settled,
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await handle.write(bytes, written)).bytesWritten
  }
}
