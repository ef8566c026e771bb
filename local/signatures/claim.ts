import { findHeader, type Message } from './message.ts'
import { SignatureError } from './signature-error.ts'
import { ALGORITHM, type Scope } from './version-4.ts'

/** What a request states about its Version 4 signature. Nothing of it is verified. */
export interface Claim {
  readonly accessKeyId: string
  readonly scope: Scope
  /** Such as `20261130T070000Z`. */
  readonly time: string
  readonly signed: readonly string[]
  readonly signature: string
  /** Seconds for which a presigned link is valid; undefined if the signature is in the header. */
  readonly lifetimeSeconds: number | undefined
}

const WEEK_SECONDS = 7 * 24 * 60 * 60
const TIME = /^\d{8}T\d{6}Z$/
const HEADER = /^AWS4-HMAC-SHA256\s+Credential=([^,\s]*)\s*,\s*SignedHeaders=([^,\s]*)\s*,\s*Signature=([^,\s]*)\s*$/
const PARAMETERS = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'] as const

/**
 * Parses the `Authorization` header. Pure.
 * @throws SignatureError `AuthorizationHeaderMalformed`, `InvalidRequest` for another mechanism, `AccessDenied` without a
 * time
 */
export function parseAuthorization(message: Message): Claim {
  const header = findHeader(message, 'authorization') ?? ''
  if (!header.startsWith(`${ALGORITHM} `)) {
    const text = `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`
    throw new SignatureError('InvalidRequest', text)
  }
  const [, credential = '', signed = '', signature = ''] = HEADER.exec(header) ?? []
  if (!signature)
    throw malformedHeader('The authorization header must have Credential, SignedHeaders and Signature, in this order.')
  const time = findHeader(message, 'x-amz-date')
  if (time === undefined || !TIME.test(time)) {
    const text = `X-Amz-Date must be a time such as 20261130T070000Z, not "${time ?? ''}".`
    throw new SignatureError('AccessDenied', text)
  }
  const claimed = parseCredential(credential, time, malformedHeader)
  return { ...claimed, time, signed: signed.split(';'), signature, lifetimeSeconds: undefined }
}

/** Parses the parameters of a presigned link. Pure. @throws SignatureError `AuthorizationQueryParametersError` */
export function parsePresigned({ query }: Message): Claim {
  const [algorithm, credential, time, expires, signed, signature] = PARAMETERS.map((name) => {
    const [value, ...more] = query.getAll(`X-Amz-${name}`)
    if (value !== undefined && more.length === 0) return value
    throw malformedQuery(
      'A presigned link must have X-Amz-Algorithm, -Credential, -Date, -Expires, -SignedHeaders, -Signature, each once.',
    )
  }) as [string, string, string, string, string, string] // as many as there are parameters
  if (algorithm !== ALGORITHM) throw malformedQuery(`X-Amz-Algorithm only supports "${ALGORITHM}", not "${algorithm}".`)
  if (!TIME.test(time)) throw malformedQuery(`X-Amz-Date must be a time such as 20261130T070000Z, not "${time}".`)
  const lifetimeSeconds = /^\d{1,9}$/.test(expires) ? Number(expires) : undefined
  if (lifetimeSeconds === undefined || lifetimeSeconds > WEEK_SECONDS)
    throw malformedQuery(`X-Amz-Expires must be 0 to ${WEEK_SECONDS} seconds (a week), not "${expires}".`)
  const claimed = parseCredential(credential, time, malformedQuery)
  return { ...claimed, time, signed: signed.split(';'), signature, lifetimeSeconds }
}

function parseCredential(
  credential: string,
  time: string,
  toError: (message: string) => SignatureError,
): Pick<Claim, 'accessKeyId' | 'scope'> {
  const [accessKeyId = '', day = '', region = '', service = '', end, ...more] = credential.split('/')
  if (end !== 'aws4_request' || more.length > 0 || !accessKeyId || !region)
    throw toError(`Credential must be KEY/DAY/REGION/SERVICE/aws4_request, not "${credential}".`)
  if (!time.startsWith(`${day}T`)) throw toError(`The day of Credential must be that of X-Amz-Date, not "${day}".`)
  return { accessKeyId, scope: { day, region, service } }
}

const malformedHeader = (message: string) => new SignatureError('AuthorizationHeaderMalformed', message)
const malformedQuery = (message: string) => new SignatureError('AuthorizationQueryParametersError', message)
