import { timingSafeEqual } from 'node:crypto'
import { mismatch } from './signature-error.ts'
import type { Verified } from './verify.ts'
import { sha256, sign } from './version-4.ts'

const CHUNK = 'AWS4-HMAC-SHA256-PAYLOAD'
const TRAILER = 'AWS4-HMAC-SHA256-TRAILER'
const EMPTY_HASH = sha256('')

/** Verifies the signatures of the chunks of one body, each of which covers the one before it. */
export interface ChunkSignatures {
  /** Whether a signed trailer follows the chunks. */
  readonly hasTrailer: boolean
  /** @param hash the SHA-256 of the chunk in hex @throws SignatureError `SignatureDoesNotMatch` */
  verifyChunk(hash: string, signature: string): void
  /** @param headers the lines of the trailer, `name:value`, without the signature @throws SignatureError */
  verifyTrailer(headers: readonly string[], signature: string): void
}

/**
 * Starts with the signature of the request.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html
 */
export function chunkSignatures({ seed, payloadHash }: Verified): ChunkSignatures {
  const { key, time, scope } = seed
  let previous = seed.signature
  const verify = (lines: readonly string[], signature: string): void => {
    const [algorithm = '', ...hashes] = lines
    const expected = Buffer.from(sign(key, [algorithm, time, scope, previous, ...hashes].join('\n')))
    const given = Buffer.from(signature)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw mismatch()
    previous = signature
  }
  return {
    hasTrailer: payloadHash.endsWith('-TRAILER'),
    verifyChunk: (hash, signature) => verify([CHUNK, EMPTY_HASH, hash], signature),
    verifyTrailer: (headers, signature) =>
      verify([TRAILER, sha256(headers.map((line) => `${line}\n`).join(''))], signature),
  }
}
