import { timingSafeEqual } from 'node:crypto'
import type { Credentials } from '../credentials.ts'
import { type Claim, parseAuthorization, parsePresigned } from './claim.ts'
import { findHeader, type Message } from './message.ts'
import { mismatch, SignatureError } from './signature-error.ts'
import { signVersion2 } from './version-2.ts'
import { formatScope, sign, signingKey, stringToSign } from './version-4.ts'

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'
const MAX_SKEW_MILLISECONDS = 15 * 60 * 1000

/** A request whose signature was verified. */
export interface Verified {
  /** What the signature covers of the body: its SHA-256 in hex, or one of the names of S3 such as `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string
  /** What the signatures of chunks begin with. */
  readonly seed: { readonly key: Buffer; readonly time: string; readonly scope: string; readonly signature: string }
}

/** What a server accepts. */
export interface Rules {
  readonly credentials: Credentials
  /** The service that requests must be signed for: `s3`, `sqs` or `sagemaker`. */
  readonly service: string
  /** SHA-256 of the body, in hex. Without it, the request states it, as with S3, and the caller compares it. */
  readonly bodyHash?: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * Verifies a request that is signed by Version 4, in its header or as a presigned link. Any region is accepted. Pure.
 * @throws SignatureError
 */
export function verifyVersion4(message: Message, rules: Rules): Verified {
  const isPresigned = message.headers.authorization === undefined
  const claim = isPresigned ? parsePresigned(message) : parseAuthorization(message)
  const { scope, signed, time, signature } = claim
  checkKey(claim.accessKeyId, rules.credentials)
  if (scope.service !== rules.service) {
    const text = `Credential must name the service "${rules.service}", not "${scope.service}".`
    throw new SignatureError(isPresigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed', text)
  }
  checkSignedHeaders(message, signed)
  checkTime(claim, rules.now)
  const stated = isPresigned ? (message.query.get('X-Amz-Content-Sha256') ?? UNSIGNED_PAYLOAD) : undefined
  const payloadHash = rules.bodyHash ?? findHeader(message, 'x-amz-content-sha256') ?? stated
  if (payloadHash === undefined)
    throw new SignatureError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  const key = signingKey(rules.credentials.secretAccessKey, scope)
  if (!isEqual(signature, sign(key, stringToSign(message, { time, scope, signed, payloadHash })))) throw mismatch()
  return { payloadHash, seed: { key, time, scope: formatScope(scope), signature } }
}

/** Verifies a link that is presigned by Version 2. Pure. @throws SignatureError */
export function verifyVersion2(message: Message, { credentials, now }: Pick<Rules, 'credentials' | 'now'>): void {
  const { query } = message
  if (['AWSAccessKeyId', 'Signature', 'Expires'].some((name) => query.getAll(name).length !== 1)) {
    const text = 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters, each once.'
    throw new SignatureError('AccessDenied', text)
  }
  checkKey(query.get('AWSAccessKeyId') ?? '', credentials)
  const expires = query.get('Expires') ?? ''
  if (!/^\d{1,12}$/.test(expires))
    throw new SignatureError('AccessDenied', `Expires must be seconds since 1970, not "${expires}".`)
  checkExpiry(Number(expires) * 1000, now)
  if (!isEqual(query.get('Signature') ?? '', signVersion2(message, credentials.secretAccessKey))) throw mismatch()
}

function checkKey(accessKeyId: string, credentials: Credentials): void {
  if (isEqual(accessKeyId, credentials.accessKeyId)) return
  const text = 'The AWS Access Key Id you provided does not exist in our records.'
  throw new SignatureError('InvalidAccessKeyId', text, { AWSAccessKeyId: accessKeyId })
}

function checkSignedHeaders({ headers }: Message, signed: readonly string[]): void {
  const mustBe = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))]
  const missing = mustBe.filter((name) => !signed.includes(name))
  if (missing.length === 0) return
  const text = `There were headers present in the request which were not signed: ${missing.join(', ')}`
  throw new SignatureError('AccessDenied', text, { HeadersNotSigned: missing.join(', ') })
}

function checkTime({ time, lifetimeSeconds }: Claim, now: number): void {
  const signedAt = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'))
  // A time such as that of the 31st of February is no number.
  const skew = Number.isNaN(signedAt) ? Number.POSITIVE_INFINITY : signedAt - now
  const details = { RequestTime: time, ServerTime: new Date(now).toISOString() }
  if (lifetimeSeconds !== undefined) {
    if (skew > MAX_SKEW_MILLISECONDS) throw new SignatureError('AccessDenied', 'Request is not yet valid', details)
    checkExpiry(signedAt + lifetimeSeconds * 1000, now)
  } else if (Math.abs(skew) > MAX_SKEW_MILLISECONDS) {
    const text = "The difference between the request time and the server's time is too large."
    throw new SignatureError('RequestTimeTooSkewed', text, details)
  }
}

function checkExpiry(expires: number, now: number): void {
  if (now <= expires) return
  const details = { Expires: new Date(expires).toISOString(), ServerTime: new Date(now).toISOString() }
  throw new SignatureError('AccessDenied', 'Request has expired', details)
}

/** Compares in constant time, so that the time of an answer does not tell how much of a signature is right. */
function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
