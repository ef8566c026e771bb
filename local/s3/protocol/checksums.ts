import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc32c, crc64nvme, type Digest } from './crc.ts'
import { S3Error } from './errors.ts'

/** The checksum algorithms of S3: XML element, length of the value in bytes, and implementation. */
const algorithms = {
  CRC32: { element: 'ChecksumCRC32', bytes: 4, start: plainCrc32 },
  CRC32C: { element: 'ChecksumCRC32C', bytes: 4, start: crc32c },
  CRC64NVME: { element: 'ChecksumCRC64NVME', bytes: 8, start: crc64nvme },
  SHA1: { element: 'ChecksumSHA1', bytes: 20, start: () => createHash('sha1') },
  SHA256: { element: 'ChecksumSHA256', bytes: 32, start: () => createHash('sha256') },
} as const

export type ChecksumAlgorithm = keyof typeof algorithms

/** Whether a checksum covers the object's bytes or its parts' checksums. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  /** Base64; a composite checksum ends in `-` and the number of parts. */
  readonly value: string
  readonly type: ChecksumType
}

export const checksumAlgorithms = Object.keys(algorithms).filter(isAlgorithm)

function isAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(algorithms, name)
}

/**
 * Parses the name of a checksum algorithm.
 * @throws S3Error `InvalidRequest` for an unknown algorithm
 */
export function parseAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined
  const upper = name.toUpperCase()
  if (isAlgorithm(upper)) return upper
  throw new S3Error('InvalidRequest', {}, 'Checksum algorithm provided is unsupported.')
}

/** Starts a running checksum. */
export const startChecksum = (algorithm: ChecksumAlgorithm): Digest => algorithms[algorithm].start()

/** Returns the name of the header that carries this checksum. */
export const checksumHeader = (algorithm: ChecksumAlgorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`

/** Returns the name of the XML element that carries this checksum. */
export const checksumElement = (algorithm: ChecksumAlgorithm) => algorithms[algorithm].element

/** Returns whether a value has the length of this checksum. */
export const isChecksumValue = (algorithm: ChecksumAlgorithm, value: string) =>
  Buffer.from(value, 'base64').length === algorithms[algorithm].bytes

/** Returns the XML elements for a checksum; none if there is no checksum. */
export function checksumElements(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {}
  return { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }
}

/** Returns the response headers for a checksum; none if there is no checksum. */
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
