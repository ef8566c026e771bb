import { createHash } from 'node:crypto'
import type { Bodies } from '../storage/bodies.ts'
import type { Content, Extent } from '../storage/model.ts'
import { type Checksum, type ChecksumAlgorithm, startChecksum } from './checksums.ts'

/** What passed by: how much, its MD5 in hex, and its checksum if one was asked for. */
export interface Measured {
  readonly size: number
  readonly md5: string
  readonly checksum?: Checksum
}

export interface Measure {
  update(bytes: Uint8Array): void
  /** Called once, at the end. */
  result(): Measured
}

/** Counts and hashes bytes as they pass. */
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

/** Reads bytes that are on disk already to learn their MD5 and checksum. Whoever asks must hold them. */
export async function measureContent(
  bodies: Bodies,
  extents: readonly Extent[],
  algorithm?: ChecksumAlgorithm,
): Promise<Content> {
  const measure = startMeasure(algorithm)
  for await (const bytes of bodies.read(extents)) measure.update(bytes)
  return toContent(extents, measure.result())
}

/** Bytes as one object or part: its ETag is their MD5. */
export function toContent(extents: readonly Extent[], { size, md5, checksum }: Measured): Content {
  return { extents, size, etag: md5, ...(checksum !== undefined && { checksum }) }
}
