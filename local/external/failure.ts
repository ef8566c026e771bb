import { isNativeError } from 'node:util/types'

/** How a request to a server failed: what is known of it without knowing the server. */
export interface Failure {
  /** Code of the network, such as `ECONNREFUSED`; undefined if the server answered. */
  readonly code: string | undefined
  /** HTTP status; undefined without an answer. */
  readonly status: number | undefined
  /** Name of the error in the answer, such as `InvalidAccessKeyId`, or of the error that was thrown. */
  readonly name: string
  readonly message: string
  /** The region that the answer names. */
  readonly region: string | undefined
  /** Whether the answer is not of the protocol: a web page, for example. */
  readonly isForeign: boolean
}

/** An answer with a status of success that is not of the protocol. */
export class ForeignAnswerError extends Error {
  readonly code = 'FOREIGN_ANSWER'
}

/** Reads an error of the AWS SDK or of the network. Pure. */
export function toFailure(error: unknown): Failure {
  const fields: Readonly<Record<string, unknown>> = isNativeError(error) ? Object(error) : {}
  const { name = '', message = String(error) } = isNativeError(error) ? error : {}
  const metadata = Object(fields.$metadata)
  const response = Object(fields.$response)
  const status = toNumber(metadata.httpStatusCode) ?? toNumber(response.statusCode)
  const code = toText(fields.code) ?? toText(Object(fields.cause).code)
  const headers = Object(response.headers)
  return {
    code: status === undefined ? (code ?? (name === 'TimeoutError' ? 'ETIMEDOUT' : undefined)) : undefined,
    status,
    name: toText(fields.Code) ?? name,
    message: message.replaceAll(/\s+/g, ' ').trim(),
    region: toText(fields.Region) ?? toText(headers['x-amz-bucket-region']),
    isForeign: error instanceof ForeignAnswerError || isUnreadable(name, message) || isPage(headers),
  }
}

/** Whether the SDK could not parse the answer, or found no error in it. */
const isUnreadable = (name: string, message: string): boolean =>
  name === 'SyntaxError' || message === 'UnknownError' || /Deserialization error|XML parse error/.test(message)

const isPage = (headers: Readonly<Record<string, unknown>>): boolean =>
  /^text\/html/.test(toText(headers['content-type']) ?? '')

const toText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const toNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
