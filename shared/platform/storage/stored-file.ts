import { AppError } from '../../contracts/errors.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Ports } from '../ports.ts'
import type { ByteSource } from './byte-source.ts'
import type { Condition, Removal, StoredObject } from './ports.ts'

/**
 * Opens a stored file for range reads.
 * @param etag its expected version
 * @throws AppError `bad-source` when it does not exist, `source-changed` when it has another version
 */
export async function openStored(
  key: string,
  ports: Pick<Ports, 'config' | 'files'>,
  etag?: string,
): Promise<ByteSource> {
  const { ranges } = await ports.files.open(toS3Uri(key, ports), etag)
  if (!ranges) throw new Error(`S3 must support range reads of ${key}`)
  return ranges
}

/** Limit of files held in memory. Class names and hierarchy of Open Images have half a megabyte. */
export const MAX_FILE_BYTES = 64 << 20

/**
 * Reads a whole stored file. Returns undefined if it does not exist.
 * @throws AppError `bad-source` when it exceeds 64 MiB
 */
export async function readStored(key: string, ports: Pick<Ports, 'objects'>): Promise<StoredObject | undefined> {
  const stored = await ports.objects.get(key, { start: 0, end: MAX_FILE_BYTES })
  if (stored && stored.size > MAX_FILE_BYTES)
    throw new AppError(
      'bad-source',
      `${key.split('/').at(-1)} must have at most ${MAX_FILE_BYTES} bytes, not ${stored.size}.`,
    )
  return stored
}

/** Reads bytes [start, end) of a stored file, fewer at its end. Returns undefined if it does not exist. */
export const readRange = (
  key: string,
  range: { readonly start: number; readonly end: number },
  { objects }: Pick<Ports, 'objects'>,
): Promise<StoredObject | undefined> => objects.get(key, range)

/** Returns the version and size of a stored file. Returns undefined if it does not exist. */
export const findVersion = (
  key: string,
  ports: Pick<Ports, 'objects'>,
): Promise<Pick<StoredObject, 'etag' | 'size'> | undefined> => readRange(key, { start: 0, end: 1 }, ports)

/** Stores a small file. Returns its ETag, or undefined when the condition does not hold. */
export const writeFile = (
  key: string,
  body: Uint8Array | string,
  { objects }: Pick<Ports, 'objects'>,
  condition?: Condition,
): Promise<string | undefined> => objects.put(key, body, condition)

/** Removes stored files, each only in the version that is named, if one is. A missing file is not an error. */
export const removeFiles = async (files: readonly Removal[], { objects }: Pick<Ports, 'objects'>): Promise<void> => {
  await objects.remove(files)
}
