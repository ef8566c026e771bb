import { SIGNATURE_EXCEPTIONS } from '../../signatures/json-call.ts'

/** The errors of this server and their HTTP status. */
const statuses = {
  ...SIGNATURE_EXCEPTIONS,
  AccessDeniedException: 403,
  ValidationException: 400,
  ResourceInUse: 400,
  ResourceLimitExceeded: 400,
  ResourceNotFound: 400,
  SerializationException: 400,
  UnknownOperationException: 400,
  RequestEntityTooLargeException: 413,
  InternalFailure: 500,
} as const satisfies Record<string, number>

type ServiceErrorCode = keyof typeof statuses

/** An error that is returned to the client. `code` is the name of the exception. */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode
  readonly status: number

  constructor(code: ServiceErrorCode, message: string) {
    super(message)
    this.name = 'ServiceError'
    this.code = code
    this.status = statuses[code]
  }
}

/**
 * Creates the error for a request that breaks a rule of the service. The messages of the service are not published, so
 * these differ.
 * @param member the invalid member, as in the request: `HumanTaskConfig.TaskTimeLimitInSeconds`
 */
export const invalid = (member: string, message: string): ServiceError =>
  new ServiceError('ValidationException', `${member}: ${message}`)
