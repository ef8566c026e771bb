import type { ErrorCode } from '../../shared/contracts/errors.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { STATUS } from '../../shared/platform/http/problem.ts'

/** The part of a declaration that determines its error codes. */
type ErrorDeclaration = Pick<Endpoint<never>, 'method' | 'scope' | 'refuses' | 'body'>

/** Lists the error codes that an endpoint can return, in the order of `ALL_ERROR_CODES`. */
export function listErrorCodes({ method, scope, refuses, body }: ErrorDeclaration): readonly ErrorCode[] {
  const codes = new Set<ErrorCode>([
    ...refuses,
    // Every endpoint rejects unknown query parameters and unexpected bodies.
    'invalid-request',
    // The body of the request, or that of the response.
    ...when(method !== 'GET' || scope !== undefined, 'payload-too-large'),
    ...when(body !== undefined, 'unsupported-media-type'),
    ...when(scope !== undefined, 'unauthorized', 'forbidden', 'corrupt-state', 'upstream-failed', 'upstream-timeout'),
    'internal',
  ])
  return ALL_ERROR_CODES.filter((code) => codes.has(code))
}

/** All error codes, by status. */
export const ALL_ERROR_CODES = Object.keys(STATUS).filter((code): code is ErrorCode => code in STATUS)

const when = (holds: boolean, ...codes: readonly ErrorCode[]): readonly ErrorCode[] => (holds ? codes : [])
