import { createHash } from 'node:crypto'
import * as z from 'zod'
import { type Checksum, type ChecksumAlgorithm, checksumElement, startChecksum } from '../protocol/checksums.ts'
import { S3Error } from '../protocol/errors.ts'
import { xmlCount, xmlList } from '../protocol/xml-schema.ts'
import type { Content, OpenUpload, Part } from '../storage/model.ts'

const MIN_PART_BYTES = 5 << 20

const checksum = z.string().optional()
const PartXml = z.object({
  PartNumber: xmlCount,
  ETag: z.string(),
  ChecksumCRC32: checksum,
  ChecksumCRC32C: checksum,
  ChecksumCRC64NVME: checksum,
  ChecksumSHA1: checksum,
  ChecksumSHA256: checksum,
})

/** The request body of CompleteMultipartUpload. */
export const CompleteXml = z.object({ Part: xmlList(PartXml) })

/**
 * Returns the listed parts after checking them against the uploaded ones.
 * @throws S3Error `MalformedXML`, `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`
 */
export function selectParts(upload: OpenUpload, listed: z.infer<typeof CompleteXml>['Part']): Part[] {
  if (listed.length === 0) throw new S3Error('MalformedXML')
  const chosen = listed.map((entry) => {
    const part = upload.parts.get(entry.PartNumber)
    const stated = part?.checksum && entry[checksumElement(part.checksum.algorithm)]
    const matches = part?.etag === entry.ETag.replaceAll('"', '') && (!stated || stated === part.checksum?.value)
    if (part !== undefined && matches) return part
    throw new S3Error('InvalidPart', { UploadId: upload.id, PartNumber: String(entry.PartNumber), ETag: entry.ETag })
  })
  const numbers = chosen.map(({ number }) => number)
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? 0))) throw new S3Error('InvalidPartOrder')
  const small = chosen.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES)
  if (small !== undefined) {
    const details = { ProposedSize: String(small.size), MinSizeAllowed: String(MIN_PART_BYTES) }
    throw new S3Error('EntityTooSmall', { ...details, PartNumber: String(small.number), ETag: small.etag })
  }
  return chosen
}

/**
 * Joins parts into one object without reading them. The ETag is the MD5 of the parts' MD5s, and a composite checksum is
 * the checksum of the parts' checksums.
 */
export function joinParts(parts: readonly Part[], algorithm: ChecksumAlgorithm | undefined): Content {
  const md5 = createHash('md5')
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'))
  return {
    extents: parts.flatMap(({ extents }) => extents),
    size: parts.reduce((sum, { size }) => sum + size, 0),
    etag: `${md5.digest('hex')}-${parts.length}`,
    ...(algorithm !== undefined && { checksum: compositeChecksum(parts, algorithm) }),
  }
}

function compositeChecksum(parts: readonly Part[], algorithm: ChecksumAlgorithm): Checksum {
  const digest = startChecksum(algorithm)
  for (const part of parts) digest.update(Buffer.from(part.checksum?.value ?? '', 'base64'))
  return { algorithm, value: `${digest.digest().toString('base64')}-${parts.length}`, type: 'COMPOSITE' }
}
