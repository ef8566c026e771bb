import { AppError } from '../../contracts/errors.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Ports } from '../ports.ts'
import type { ByteSource } from './byte-source.ts'
import type { StoredObject } from './ports.ts'

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
