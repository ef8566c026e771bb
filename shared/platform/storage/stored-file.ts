import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import type { ByteSource } from './byte-source.ts'

/** A stored file, to be read by ranges. */
export async function openStored(
  key: string,
  ports: Pick<Ports, 'config' | 'files'>,
  etag?: string,
): Promise<ByteSource> {
  const { ranges } = await ports.files.open(`s3://${ports.config.bucket}/${key}`, etag)
  if (!ranges) throw new Error(`S3 does not read ${key} by ranges`)
  return ranges
}

/** Metadata that is held in memory whole is bounded: names and hierarchy of Open Images are half a megabyte. */
const MAX_WHOLE_BYTES = 64 << 20

/** A stored file, whole. @throws AppError `bad-source` when it is too large to be what it should be */
export async function readStored(key: string, ports: Ports): Promise<Uint8Array | undefined> {
  const stored = await ports.objects.get(key, { start: 0, end: MAX_WHOLE_BYTES })
  if (stored && stored.size > MAX_WHOLE_BYTES)
    throw new AppError(
      'bad-source',
      `${key.split('/').at(-1)} has ${stored.size} bytes; at most ${MAX_WHOLE_BYTES} are read.`,
    )
  return stored?.bytes
}
