import { isNativeError } from 'node:util/types'
import { formatS3Uri, type S3Location } from '../../contracts/s3-uri.ts'
import type { Refusal } from '../storage/ports.ts'
import { getStatus } from './call-aws.ts'

/** What a request that S3 refused was to do. */
export interface Attempt {
  readonly source: S3Location
  /** Where a copy was to go; absent for a read. */
  readonly destination?: S3Location
}

const MAX_MESSAGE_CHARACTERS = 300

/** Codes of S3 for requests that may succeed when they are sent again. All 5xx statuses are such, too. */
const TRANSIENT =
  /^(ConditionalRequestConflict|OperationAborted|RequestTimeout|SlowDown|Throttling.*|TooManyRequests.*)$/

/**
 * Tells why S3 refused to read or copy an object. The code decides, as a copy can fail after S3 has sent the status 200.
 * Pure.
 * @returns `undefined` when the error is not an answer of S3 about these objects, or may be gone at the next attempt
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function toRefusal(error: unknown, attempt: Attempt): Refusal | undefined {
  const status = getStatus(error)
  if (!isNativeError(error) || status === undefined || TRANSIENT.test(error.name)) return undefined
  const source = formatS3Uri(attempt.source)
  const what = attempt.destination ? `copying ${source} to ${formatS3Uri(attempt.destination)}` : `reading ${source}`
  const said = quote(error)
  if (error.name === 'NoSuchBucket') {
    // The bucket of the copy is a matter of the deployment, not of this object.
    if (attempt.destination && field(error, 'BucketName') !== attempt.source.bucket) return undefined
    return { refused: 'missing', reason: `there is no bucket "${attempt.source.bucket}" for ${source}` }
  }
  if (error.name === 'NoSuchKey' || status === 404) return { refused: 'missing', reason: `${source} does not exist` }
  if (error.name === 'InvalidObjectState') {
    const tier = field(error, 'AccessTier') ?? field(error, 'StorageClass')
    return {
      refused: 'archived',
      reason: `${source} is archived${tier ? ` (${clean(tier)})` : ''}; S3 answers ${said}`,
    }
  }
  if (error.name.startsWith('KMS.'))
    return { refused: 'denied', reason: `${what} is denied: ${said}; the KMS key of the object cannot be used` }
  if (isCustomerKey(error))
    return {
      refused: 'denied',
      reason: `${what} is denied: ${said}; its owner encrypted it with a key of their own (SSE-C)`,
    }
  if (error.name === 'AccessDenied' || status === 403)
    return { refused: 'denied', reason: `${what} is denied: ${said}${neededPermission(error, attempt)}` }
  if (status === 301 || status === 307)
    return { refused: 'failed', reason: `${what} failed: ${said}; the bucket is in another region${endpoint(error)}` }
  return status < 500 ? { refused: 'failed', reason: `${what} failed: ${said}` } : undefined
}

/** S3 needs the key with each request for an object with SSE-C, and says so in words only. */
const isCustomerKey = ({ name, message }: Error): boolean =>
  name === 'InvalidRequest' && /server[- ]side encryption/i.test(message)

/** Returns which permission is needed: the one that S3 names, or what such a request needs in general. */
function neededPermission({ name, message }: Error, { destination }: Attempt): string {
  const named = /\b((?:kms|s3|s3express):[A-Z]\w+)/.exec(message)?.[1]
  if (named?.startsWith('kms:'))
    return `; the role of the function needs ${named}, in its own policy and in that of the KMS key`
  if (name !== 'AccessDenied' && name !== 'Unknown') return ''
  const general = destination ? 's3:PutObject on the copy and s3:GetObject on the source' : 's3:GetObject'
  return `; the role of the function needs ${named ?? general}, and no policy of the bucket may deny it`
}

const endpoint = (error: Error): string => {
  const host = field(error, 'Endpoint')
  return host === undefined ? '' : ` (${clean(host)})`
}

/** Returns an element of the error document. */
function field(error: Error, name: 'AccessTier' | 'StorageClass' | 'BucketName' | 'Endpoint'): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(error, name)?.value
  return typeof value === 'string' ? value : undefined
}

/** Quotes the code and message of S3, or only the status where there is no error document. */
function quote(error: Error): string {
  if (error.name === 'Unknown') return `status ${getStatus(error)}`
  return error.message ? `${clean(error.name)}, "${clean(error.message)}"` : clean(error.name)
}

/** Makes a text of a server fit for a reason: one line of bounded length. */
function clean(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > MAX_MESSAGE_CHARACTERS ? `${line.slice(0, MAX_MESSAGE_CHARACTERS)}…` : line
}
