/** All error codes, a closed list. A code never changes its meaning. */
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
  | 'corrupt-state'
  | 'upstream-failed'
  | 'upstream-timeout'

/** One problem: its place (`body.classNames[1]`, `line 7, byte 412`), and what would be right (`must be …, not …`). */
export interface Issue {
  readonly at: string
  readonly message: string
  readonly suggestions?: readonly string[]
}

/**
 * An error whose message is meant for the caller. Any other error is a bug. Independent of HTTP.
 * @example
 * throw new AppError('not-found', `Batch "${batch}" does not exist.`)
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly issues: readonly Issue[]

  /** @param message for the caller: what is wrong, the value, what would be right */
  constructor(code: ErrorCode, message: string, issues: readonly Issue[] = [], cause?: unknown) {
    super(escapeControls(message), cause === undefined ? undefined : { cause })
    this.name = 'AppError'
    this.code = code
    this.issues = issues.map((issue) => ({
      ...issue,
      at: escapeControls(issue.at),
      message: escapeControls(issue.message),
    }))
  }
}

/** Control characters, line separators, and marks that change the direction of text. */
const CONTROLS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** Messages quote what callers and files contain, and are shown in terminals and logs. Escapes as JSON does. Pure. */
const escapeControls = (text: string): string =>
  text.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** A quota is exhausted. Retryable once something was released. */
export class QuotaReachedError extends AppError {
  /** When a retry may succeed, if known. */
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, retryAfterSeconds?: number) {
    super('quota-reached', message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Whether the error is not the caller's: a retry of the same request may succeed. Pure. */
export const isServerError = ({ code }: AppError): boolean =>
  code === 'internal' || code === 'upstream-failed' || code === 'upstream-timeout'
