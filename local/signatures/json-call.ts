import type { IncomingMessage } from 'node:http'
import type { Credentials } from '../credentials.ts'
import { toMessage } from './message.ts'
import { SignatureError, type SignatureErrorCode } from './signature-error.ts'
import { verifyVersion4 } from './verify.ts'
import { sha256 } from './version-4.ts'

/** A call that is refused because of its signature, as the JSON protocols of AWS name it. */
export interface CallRefusal {
  readonly status: number
  /** Name of the exception. */
  readonly type: keyof typeof SIGNATURE_EXCEPTIONS
  readonly message: string
}

/** The exceptions of the JSON protocols, with their status. */
export const SIGNATURE_EXCEPTIONS = {
  IncompleteSignatureException: 400,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  UnrecognizedClientException: 403,
} as const

/** The names of S3 for errors that the other services have too. */
const EXCEPTIONS: Readonly<Record<SignatureErrorCode, CallRefusal['type']>> = {
  AccessDenied: 'InvalidSignatureException',
  AuthorizationHeaderMalformed: 'IncompleteSignatureException',
  AuthorizationQueryParametersError: 'IncompleteSignatureException',
  InvalidAccessKeyId: 'UnrecognizedClientException',
  InvalidArgument: 'IncompleteSignatureException',
  InvalidRequest: 'IncompleteSignatureException',
  RequestTimeTooSkewed: 'InvalidSignatureException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
}

/**
 * Decides whether a call in a JSON protocol of AWS is refused: it must be signed in its header, with these keys and for
 * this service, together with its body.
 * @returns the error to answer with; undefined for a signed call
 */
export function refuseCall(
  incoming: IncomingMessage,
  body: Uint8Array,
  service: string,
  credentials: Credentials,
): CallRefusal | undefined {
  if (incoming.headers.authorization === undefined)
    return toRefusal('MissingAuthenticationTokenException', 'Missing Authentication Token')
  try {
    verifyVersion4(toMessage(incoming), { credentials, service, bodyHash: sha256(body), now: Date.now() })
    return undefined
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error
    return toRefusal(EXCEPTIONS[error.code], error.message)
  }
}

const toRefusal = (type: CallRefusal['type'], message: string): CallRefusal => ({
  status: SIGNATURE_EXCEPTIONS[type],
  type,
  message,
})
