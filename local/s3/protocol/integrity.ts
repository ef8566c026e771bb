import { type ChecksumAlgorithm, checksumAlgorithms, checksumHeader, isChecksumValue } from './checksums.ts'
import type { Measurement } from './digests.ts'
import { S3Error } from './errors.ts'
import type { S3Request } from './request.ts'

/** What a request states about its body. */
export interface IntegrityHeaders {
  /** Whether the payload is encoded as `aws-chunked`. */
  readonly chunked: boolean
  /** The checksum to compute. */
  readonly algorithm: ChecksumAlgorithm | undefined
  /** The expected checksum; undefined if it is sent as a trailer or not at all. */
  readonly checksum: string | undefined
  /** Whether the checksum is sent as a trailer. */
  readonly trailing: boolean
  /** Expected MD5 in hex. */
  readonly md5: string | undefined
  /** Expected SHA-256 in hex. */
  readonly sha256: string | undefined
  /** Expected size of the payload in bytes, if it differs from the content length. */
  readonly size: number | undefined
}

/**
 * Parses the headers that describe the body.
 * @param required the checksum algorithm of the multipart upload
 * @throws S3Error `InvalidDigest`, `InvalidRequest`
 */
export function parseIntegrityHeaders(request: S3Request, required?: ChecksumAlgorithm): IntegrityHeaders {
  const trailer = request.header('x-amz-trailer')?.toLowerCase() ?? ''
  const named = checksumAlgorithms.filter(
    (algorithm) =>
      request.header(checksumHeader(algorithm)) !== undefined || trailer.includes(checksumHeader(algorithm)),
  )
  const [algorithm] = named.length > 0 ? named : [required]
  if (named.length > 1) throw new S3Error('InvalidRequest', {}, 'Expecting a single x-amz-checksum- header')
  if (required !== undefined && algorithm !== required) {
    const message = `Checksum Type mismatch occurred, expected checksum Type: ${required}, actual checksum Type: ${algorithm}`
    throw new S3Error('InvalidRequest', {}, message)
  }
  const checksum = algorithm && request.header(checksumHeader(algorithm))
  if (algorithm && checksum !== undefined) assertChecksumFormat(algorithm, checksum)
  const payloadHash = request.payload.hash
  const size = request.header('x-amz-decoded-content-length')
  return {
    chunked: payloadHash.startsWith('STREAMING-') || /\baws-chunked\b/.test(request.header('content-encoding') ?? ''),
    algorithm,
    checksum,
    trailing: checksum === undefined && named.length > 0,
    md5: parseContentMd5(request.header('content-md5')),
    sha256: /^[0-9a-f]{64}$/.test(payloadHash) ? payloadHash : undefined,
    size: size === undefined ? undefined : Number(size),
  }
}

/**
 * Verifies the received body against the integrity headers.
 * @throws S3Error `BadDigest`, `XAmzContentSHA256Mismatch`, `IncompleteBody`, `InvalidRequest`
 */
export function verifyIntegrity(
  promises: IntegrityHeaders,
  received: Measurement & { readonly sha256: string | undefined },
  trailers: ReadonlyMap<string, string>,
): void {
  const { algorithm } = promises
  if (promises.size !== undefined && promises.size !== received.size) throw new S3Error('IncompleteBody')
  if (promises.md5 !== undefined && promises.md5 !== received.md5) {
    throw new S3Error('BadDigest', {}, 'The Content-MD5 you specified did not match what we received.')
  }
  if (promises.sha256 !== received.sha256) throw new S3Error('XAmzContentSHA256Mismatch')
  if (algorithm === undefined) return
  const expected = promises.trailing ? trailers.get(checksumHeader(algorithm)) : promises.checksum
  if (promises.trailing) assertChecksumFormat(algorithm, expected ?? '')
  if (expected !== undefined && expected !== received.checksum?.value) {
    throw new S3Error('BadDigest', {}, `The ${algorithm} you specified did not match the calculated checksum.`)
  }
}

function assertChecksumFormat(algorithm: ChecksumAlgorithm, value: string): void {
  if (isChecksumValue(algorithm, value)) return
  throw new S3Error('InvalidRequest', {}, `Value for ${checksumHeader(algorithm)} header is invalid.`)
}

function parseContentMd5(base64: string | undefined): string | undefined {
  if (base64 === undefined) return undefined
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== 16) throw new S3Error('InvalidDigest')
  return bytes.toString('hex')
}
