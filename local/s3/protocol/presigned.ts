import { S3Error } from './errors.ts'

const WEEK_SECONDS = 7 * 24 * 60 * 60

/**
 * Rejects expired presigned URLs. Signatures are not verified, and unsigned requests are accepted.
 * @throws S3Error `AccessDenied`, `AuthorizationQueryParametersError`
 */
export function checkPresigned(query: URLSearchParams, now = Date.now()): void {
  const expires = parseExpiry(query)
  if (expires === undefined || now <= expires) return
  const details = { Expires: new Date(expires).toISOString(), ServerTime: new Date(now).toISOString() }
  throw new S3Error('AccessDenied', details, 'Request has expired')
}

/** Returns the expiry in milliseconds since 1970, or undefined if the URL is not presigned. */
function parseExpiry(query: URLSearchParams): number | undefined {
  if (query.has('X-Amz-Signature') || query.has('X-Amz-Expires')) {
    return parseSigningTime(query.get('X-Amz-Date') ?? '') + parseLifetime(query.get('X-Amz-Expires') ?? '') * 1000
  }
  // Signature version 2, which some SDKs still use.
  return query.has('Signature') && query.has('Expires') ? Number(query.get('Expires')) * 1000 : undefined
}

function parseSigningTime(date: string): number {
  const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'))
  if (!Number.isNaN(time)) return time
  throw invalidPresignedUrl("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
}

function parseLifetime(text: string): number {
  if (!/^\d+$/.test(text)) throw invalidPresignedUrl('X-Amz-Expires should be a number')
  if (Number(text) > WEEK_SECONDS) {
    throw invalidPresignedUrl(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    )
  }
  return Number(text)
}

const invalidPresignedUrl = (message: string) => new S3Error('AuthorizationQueryParametersError', {}, message)
