import { AppError, type ErrorCode, QuotaReachedError } from '../../contracts/errors.ts'
import type { Reply } from './reply.ts'

/** Every code there is, with the HTTP status that it is answered with. */
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
  'upstream-failed': 502,
  'upstream-timeout': 504,
}

/** The HTTP status that each error code is answered with. */
export const toStatus = (code: ErrorCode): number => STATUS[code]

const titleOf = (code: ErrorCode): string => code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ')

/**
 * Any error as a problem document. What is no AppError is a bug: its text stays in the log.
 * Its `type` names the code, and the section of docs/errors.md that explains it; it never changes.
 * @param requestId goes into `instance`, as `urn:request:…`
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function problem(error: unknown, requestId: string): Reply {
  const known =
    error instanceof AppError
      ? error
      : new AppError('internal', 'Something failed on our side; the request id finds it in the log.')
  return {
    status: toStatus(known.code),
    headers: {
      'content-type': 'application/problem+json',
      ...(error instanceof QuotaReachedError &&
        error.retryAfterSeconds !== undefined && { 'retry-after': String(error.retryAfterSeconds) }),
    },
    body: {
      type: `urn:groundwork:errors#${known.code}`,
      title: titleOf(known.code),
      status: toStatus(known.code),
      detail: known.message,
      instance: `urn:request:${requestId}`,
      code: known.code,
      errors: known.issues,
    },
  }
}
