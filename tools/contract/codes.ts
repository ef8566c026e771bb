import type { ErrorCode } from '../../shared/contracts/errors.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { STATUS } from '../../shared/platform/http/problem.ts'

/** What of a declaration decides how a call can be refused. */
type Refusing = Pick<Endpoint<never>, 'method' | 'scope' | 'refuses' | 'body'>

/** Every error code that a call can be answered with, in the order of the closed list. */
export function codesOf({ method, scope, refuses, body }: Refusing): readonly ErrorCode[] {
  const codes = new Set<ErrorCode>([
    ...refuses,
    // A query or a body that a call does not know is refused by each.
    'invalid-request',
    ...when(method !== 'GET', 'payload-too-large'),
    ...when(body !== undefined, 'unsupported-media-type'),
    ...when(scope !== undefined, 'unauthorized', 'forbidden', 'upstream-failed', 'upstream-timeout'),
    'internal',
  ])
  return ALL_CODES.filter((code) => codes.has(code))
}

/** The closed list, by status. */
export const ALL_CODES = Object.keys(STATUS).filter((code): code is ErrorCode => code in STATUS)

const when = (holds: boolean, ...codes: readonly ErrorCode[]): readonly ErrorCode[] => (holds ? codes : [])
