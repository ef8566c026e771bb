import type { Credentials } from '../../credentials.ts'
import { type ChunkSignatures, chunkSignatures } from '../../signatures/chunk-signatures.ts'
import type { Message } from '../../signatures/message.ts'
import { SignatureError } from '../../signatures/signature-error.ts'
import { UNSIGNED_PAYLOAD, verifyVersion2, verifyVersion4 } from '../../signatures/verify.ts'

/** What the signature of a request covers of its body. */
export interface SignedPayload {
  /** The SHA-256 of the body in hex, or one of the names that S3 takes in its place. */
  readonly hash: string
  /** Present for a body whose chunks are signed. */
  readonly chunks?: ChunkSignatures
}

export const UNSIGNED: SignedPayload = { hash: UNSIGNED_PAYLOAD }

const SIGNED_CHUNKS = ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER']
const UNSIGNED_HASHES = [UNSIGNED_PAYLOAD, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']

/**
 * Verifies that a request is signed with these keys: by Version 4 in its header or as a presigned link, or by a presigned
 * link of Version 2. The body is verified while it is read.
 * @param now milliseconds since 1970
 * @throws SignatureError `AccessDenied` for an unsigned request or an expired link, `InvalidAccessKeyId`,
 * `SignatureDoesNotMatch`, `RequestTimeTooSkewed`, and others for a malformed signature
 */
export function authenticate(message: Message, credentials: Credentials, now = Date.now()): SignedPayload {
  const { headers, query } = message
  const isVersion4 = [...query.keys()].some((name) => name.startsWith('X-Amz-'))
  const isVersion2 = query.has('Signature') || query.has('AWSAccessKeyId')
  const mechanisms = [headers.authorization !== undefined, isVersion4, isVersion2].filter(Boolean)
  if (mechanisms.length === 0) throw new SignatureError('AccessDenied', 'Access Denied: the request is not signed.')
  if (mechanisms.length > 1) {
    const text = 'Only one auth mechanism allowed: the Authorization header, X-Amz-Algorithm or Signature.'
    throw new SignatureError('InvalidArgument', text)
  }
  if (isVersion2) {
    verifyVersion2(message, { credentials, now })
    return UNSIGNED
  }
  const verified = verifyVersion4(message, { credentials, service: 's3', now })
  const hash = verified.payloadHash
  if (SIGNED_CHUNKS.includes(hash)) return { hash, chunks: chunkSignatures(verified) }
  if (UNSIGNED_HASHES.includes(hash) || /^[0-9a-f]{64}$/.test(hash)) return { hash }
  const text = `x-amz-content-sha256 must be ${[...UNSIGNED_HASHES, ...SIGNED_CHUNKS].join(', ')} or a SHA-256 in hex, not "${hash}".`
  throw new SignatureError('InvalidArgument', text)
}
