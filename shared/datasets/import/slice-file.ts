import * as z from 'zod'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { storedObject } from '../../platform/state/stored-schema.ts'
import { contentHasher } from '../../platform/storage/content-hash.ts'
import { readRange } from '../../platform/storage/stored-file.ts'

/** What a slice's receipt says of an intermediate file. */
export const SliceFile = storedObject({ bytes: z.int(), contentHash: z.string() })
export type SliceFile = z.infer<typeof SliceFile>

/** Describes an intermediate file for its receipt. Pure. */
export function describeFile(bytes: Uint8Array): SliceFile {
  const hash = contentHasher()
  hash.add(bytes)
  return { bytes: bytes.length, contentHash: hash.digest() }
}

/** Reads bytes [start, end). Each range begins where the one before it ended. */
export type ReadInOrder = (start: number, end: number) => Promise<Uint8Array>

/**
 * Returns a reader of an intermediate file, which is read once from its first to its last byte, in ranges.
 * @param file as its receipt describes it; only its size if an older version wrote the receipt
 * @returns throws CorruptStateError when the file does not exist, or has another size or content; the content is known
 *   with the last range
 */
export function readInOrder(
  key: string,
  file: Pick<SliceFile, 'bytes'> & Partial<SliceFile>,
  ports: Pick<Ports, 'objects'>,
): ReadInOrder {
  const hash = contentHasher()
  return async (start, end) => {
    const stored = await readRange(key, { start, end }, ports)
    if (!stored) throw new CorruptStateError(key, undefined, 'it does not exist')
    if (stored.size !== file.bytes) throw new CorruptStateError(key, stored.etag, 'it has another size')
    hash.add(stored.bytes)
    if (end === file.bytes && file.contentHash !== undefined && hash.digest() !== file.contentHash)
      throw new CorruptStateError(key, stored.etag, 'its content has changed')
    return stored.bytes
  }
}
