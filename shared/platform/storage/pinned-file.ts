import * as z from 'zod'
import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { CorruptStateError } from '../state/corrupt-state.ts'
import { storedObject } from '../state/stored-schema.ts'
import type { ByteSource } from './byte-source.ts'
import { contentHasher } from './content-hash.ts'
import { readAhead } from './read-ahead.ts'
import { openStored, readStored } from './stored-file.ts'

/** What a record says of a file beside it, so that a file that was damaged or replaced is noticed when it is read. */
export const PinnedFile = storedObject({
  /** Its key after the folder of the record. */
  name: z.string(),
  bytes: z.int(),
  etag: z.string(),
  /** SHA-256 over the SHA-256s of its 8 MiB blocks: how a file that was restored, under another ETag, is recognized. */
  contentHash: z.string(),
})
export type PinnedFile = z.infer<typeof PinnedFile>

type Needs = Pick<Ports, 'config' | 'files' | 'objects'>

/**
 * Opens a pinned file for range reads. Its content is hashed only when its ETag is another one, as that of a restored
 * file can be.
 * @param key of the whole file
 * @throws CorruptStateError when it does not exist or has other content
 */
export async function openPinned(key: string, pinned: PinnedFile, ports: Needs): Promise<ByteSource> {
  try {
    const source = await openStored(key, ports, pinned.etag)
    if (source.size === pinned.bytes) return source
  } catch (error) {
    if (!(error instanceof AppError) || (error.code !== 'bad-source' && error.code !== 'source-changed')) throw error
  }
  return openRestored(key, pinned, ports)
}

/** Reads a whole pinned file of at most 64 MiB. @throws CorruptStateError as {@link openPinned} does */
export async function readPinned(
  key: string,
  { bytes, etag, contentHash }: PinnedFile,
  ports: Pick<Ports, 'objects'>,
): Promise<Uint8Array> {
  const stored = await readStored(key, ports)
  if (!stored) throw new CorruptStateError(key, undefined, 'it does not exist')
  if (stored.etag === etag && stored.bytes.length === bytes) return stored.bytes
  const hash = contentHasher()
  hash.add(stored.bytes)
  if (hash.digest() !== contentHash) throw new CorruptStateError(key, stored.etag, 'its content has changed')
  return stored.bytes
}

/** Opens a file of another ETag, if its content is the pinned one. */
async function openRestored(key: string, { bytes, contentHash }: PinnedFile, ports: Needs): Promise<ByteSource> {
  const current = await ports.objects.get(key, { start: 0, end: 1 })
  if (!current) throw new CorruptStateError(key, undefined, 'it does not exist')
  const changed = (): CorruptStateError => new CorruptStateError(key, current.etag, 'its content has changed')
  if (current.size !== bytes) throw changed()
  // Reads of a source are of one version: what is hashed is what will be read, whichever version that is.
  const source = await openStored(key, ports)
  const hash = contentHasher()
  for await (const chunk of readAhead(source)) hash.add(chunk)
  if (hash.digest() !== contentHash) throw changed()
  return source
}
