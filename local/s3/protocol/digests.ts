import { createHash } from 'node:crypto'
import type { Bodies } from '../storage/bodies.ts'
import type { Content, Extent } from '../storage/model.ts'
import { type Checksum, type ChecksumAlgorithm, startChecksum } from './checksums.ts'

/** Size in bytes, MD5 in hex and optional checksum of a byte stream. */
export interface Measurement {
  readonly size: number
  readonly md5: string
  readonly checksum?: Checksum
}

export interface Measure {
  update(bytes: Uint8Array): void
  /** Returns the measurement. May be called once. */
  result(): Measurement
}

/** Starts counting and hashing a byte stream. */
export function startMeasure(algorithm?: ChecksumAlgorithm): Measure {
  const md5 = createHash('md5')
  const checksum = algorithm === undefined ? undefined : { algorithm, digest: startChecksum(algorithm) }
  let size = 0
  return {
    update(bytes) {
      size += bytes.length
      md5.update(bytes)
      checksum?.digest.update(bytes)
    },
    result() {
      const measured = { size, md5: md5.digest('hex') }
      if (checksum === undefined) return measured
      const value = checksum.digest.digest().toString('base64')
      return { ...measured, checksum: { algorithm: checksum.algorithm, value, type: 'FULL_OBJECT' } }
    },
  }
}

/** Reads stored bytes to compute their MD5 and checksum. The caller must retain them meanwhile. */
export async function measureContent(
  bodies: Bodies,
  extents: readonly Extent[],
  algorithm?: ChecksumAlgorithm,
): Promise<Content> {
  const measure = startMeasure(algorithm)
  for await (const bytes of bodies.read(extents)) measure.update(bytes)
  return toContent(extents, measure.result())
}

/** Creates the content of an object or part. The ETag is the MD5 of its bytes. */
export function toContent(extents: readonly Extent[], { size, md5, checksum }: Measurement): Content {
  return { extents, size, etag: md5, ...(checksum !== undefined && { checksum }) }
}
