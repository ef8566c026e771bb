/** The errors that this server gives, with the HTTP status of each. */
const statuses = {
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

/** A refusal that the caller is told of; `code` is the exception's name. */
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
 * A request that the service's rules refuse. What the service says of them is not published, so the words are ours.
 * @param member the member at fault, as in the request: `HumanTaskConfig.TaskTimeLimitInSeconds`
 */
export const invalid = (member: string, message: string): ServiceError =>
  new ServiceError('ValidationException', `${member}: ${message}`)
