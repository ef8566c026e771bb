/** Why a signature is refused, by the names of S3. */
export type SignatureErrorCode =
  | 'AccessDenied'
  | 'AuthorizationHeaderMalformed'
  | 'AuthorizationQueryParametersError'
  | 'InvalidAccessKeyId'
  | 'InvalidArgument'
  | 'InvalidRequest'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch'

/** A request that is not signed, or not as it should be. */
export class SignatureError extends Error {
  readonly code: SignatureErrorCode
  /** What the message is about, for programs. */
  readonly details: Readonly<Record<string, string>>

  constructor(code: SignatureErrorCode, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'SignatureError'
    this.code = code
    this.details = details
  }
}

/** The error for a signature that is not the one of this request with these keys. */
export const mismatch = (): SignatureError =>
  new SignatureError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  )
