import { S3Error } from './errors.ts'

const WEEK_SECONDS = 7 * 24 * 60 * 60

/**
 * Refuses a presigned URL that has expired. Signatures are not checked, and requests without one are let in.
 * @throws S3Error `AccessDenied`, `AuthorizationQueryParametersError`
 */
export function checkPresigned(query: URLSearchParams, now = Date.now()): void {
  const expires = expiry(query)
  if (expires === undefined || now <= expires) return
  const details = { Expires: new Date(expires).toISOString(), ServerTime: new Date(now).toISOString() }
  throw new S3Error('AccessDenied', details, 'Request has expired')
}

/** In milliseconds since 1970; undefined if the URL is not presigned. */
function expiry(query: URLSearchParams): number | undefined {
  if (query.has('X-Amz-Signature') || query.has('X-Amz-Expires')) {
    return signedAt(query.get('X-Amz-Date') ?? '') + lifetime(query.get('X-Amz-Expires') ?? '') * 1000
  }
  // The older form (signature version 2), which some SDKs still make
  return query.has('Signature') && query.has('Expires') ? Number(query.get('Expires')) * 1000 : undefined
}

function signedAt(date: string): number {
  const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'))
  if (!Number.isNaN(time)) return time
  throw refused("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
}

function lifetime(text: string): number {
  if (!/^\d+$/.test(text)) throw refused('X-Amz-Expires should be a number')
  if (Number(text) > WEEK_SECONDS) {
    throw refused(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    )
  }
  return Number(text)
}

const refused = (message: string) => new S3Error('AuthorizationQueryParametersError', {}, message)
