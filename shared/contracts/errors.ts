/** Every way a request can fail, a closed list: one code means one thing, for ever. */
export type ErrorCode =
  | 'invalid-request'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'wrong-state'
  | 'source-changed'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'unknown-class'
  | 'class-not-boxable'
  | 'bad-source'
  | 'preflight-failed'
  | 'quota-reached'
  | 'internal'
  | 'upstream-failed'
  | 'upstream-timeout'

/** One thing that is wrong: where (`body.classNames[1]`, `line 7, byte 412`), and what would be right. */
export interface Issue {
  readonly at: string
  readonly message: string
  readonly suggestions?: readonly string[]
}

/** A failure that the caller can understand. Anything else that is thrown is a bug. Knows nothing of HTTP. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly issues: readonly Issue[]

  /** @param message for the caller: what was wrong, which value, what would be right */
  constructor(code: ErrorCode, message: string, faults: readonly Issue[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'AppError'
    this.code = code
    this.issues = faults
  }
}

/** A limit is reached. */
export class QuotaReachedError extends AppError {
  /** When asking again may be of use, where that is known. */
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, retryAfterSeconds?: number) {
    super('quota-reached', message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Nothing is wrong with what was asked for: the same may go well when it is tried again. */
export const isServerError = ({ code }: AppError): boolean =>
  code === 'internal' || code === 'upstream-failed' || code === 'upstream-timeout'
