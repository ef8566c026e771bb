import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc32c, crc64nvme, type Digest } from './crc.ts'
import { S3Error } from './errors.ts'

/** Each algorithm that S3 knows, with what its XML elements are called and how long its value is. */
const algorithms = {
  CRC32: { element: 'ChecksumCRC32', bytes: 4, start: plainCrc32 },
  CRC32C: { element: 'ChecksumCRC32C', bytes: 4, start: crc32c },
  CRC64NVME: { element: 'ChecksumCRC64NVME', bytes: 8, start: crc64nvme },
  SHA1: { element: 'ChecksumSHA1', bytes: 20, start: () => createHash('sha1') },
  SHA256: { element: 'ChecksumSHA256', bytes: 32, start: () => createHash('sha256') },
} as const

export type ChecksumAlgorithm = keyof typeof algorithms

/** Whether an uploaded object's checksum is that of its bytes or that of its parts' checksums. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  /** Base64; a composite one ends in `-` and the number of parts. */
  readonly value: string
  readonly type: ChecksumType
}

export const checksumAlgorithms = Object.keys(algorithms).filter(isAlgorithm)

function isAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(algorithms, name)
}

/**
 * The algorithm that a header names, if it is there.
 * @throws S3Error `InvalidRequest` when there is no such algorithm
 */
export function parseAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined
  const upper = name.toUpperCase()
  if (isAlgorithm(upper)) return upper
  throw new S3Error('InvalidRequest', {}, 'Checksum algorithm provided is unsupported.')
}

/** Starts a checksum of this kind. */
export const startChecksum = (algorithm: ChecksumAlgorithm): Digest => algorithms[algorithm].start()

/** The header that carries a checksum of this kind. */
export const checksumHeader = (algorithm: ChecksumAlgorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`

/** The XML element that carries a checksum of this kind. */
export const checksumElement = (algorithm: ChecksumAlgorithm) => algorithms[algorithm].element

/** Whether this could be such a checksum at all. */
export const isChecksumValue = (algorithm: ChecksumAlgorithm, value: string) =>
  Buffer.from(value, 'base64').length === algorithms[algorithm].bytes

/** The XML elements that tell an object's checksum; none if it has none. */
export function checksumElements(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {}
  return { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }
}

/** The headers that tell an object's checksum; none if it has none. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {}
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type }
}

function plainCrc32(): Digest {
  let crc = 0
  return {
    update(bytes) {
      crc = crc32(bytes, crc)
    },
    digest() {
      const result = Buffer.alloc(4)
      result.writeUInt32BE(crc)
      return result
    },
  }
}
