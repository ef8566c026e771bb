import { AppError, type ErrorCode, QuotaReachedError } from '../../contracts/errors.ts'
import { fitItems } from '../../contracts/page.ts'
import type { Reply } from './reply.ts'

/** The HTTP status of each error code. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  'invalid-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'wrong-state': 409,
  'source-changed': 409,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'unknown-class': 422,
  'class-not-boxable': 422,
  'bad-source': 422,
  'preflight-failed': 422,
  'quota-reached': 429,
  internal: 500,
  'corrupt-state': 500,
  'upstream-failed': 502,
  'upstream-timeout': 504,
}

/** Returns the HTTP status of an error code. Pure. */
export const toStatus = (code: ErrorCode): number => STATUS[code]

const toTitle = (code: ErrorCode): string => code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ')

const MAX_DETAIL_CHARACTERS = 10_000
/** Of `errors` as JSON, in UTF-8. With it, every problem document stays below the maximum size of a response. */
const MAX_ERRORS_BYTES = 1_000_000

const shorten = (detail: string): string =>
  detail.length > MAX_DETAIL_CHARACTERS ? `${detail.slice(0, MAX_DETAIL_CHARACTERS)}…` : detail

/**
 * Turns any error into a problem document. An error that is not an AppError is a bug: its message is logged, never
 * sent. `type` names the code, and the section of docs/errors.md that explains it; it never changes.
 * @param requestId becomes `instance`, as `urn:request:…`
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function problem(error: unknown, requestId: string): Reply {
  const known =
    error instanceof AppError
      ? error
      : new AppError('internal', 'Internal error. The log has the details under this request id.')
  return {
    status: toStatus(known.code),
    headers: {
      'content-type': 'application/problem+json',
      ...(error instanceof QuotaReachedError &&
        error.retryAfterSeconds !== undefined && { 'retry-after': String(error.retryAfterSeconds) }),
    },
    body: {
      type: `urn:groundwork:errors#${known.code}`,
      title: toTitle(known.code),
      status: toStatus(known.code),
      detail: shorten(known.message),
      instance: `urn:request:${requestId}`,
      code: known.code,
      errors: fitItems(known.issues, MAX_ERRORS_BYTES),
    },
  }
}
