import { isNativeError } from 'node:util/types'
import { AppError } from '../../contracts/errors.ts'
import { backoff } from '../state/backoff.ts'

const ATTEMPTS_AT_CONFLICT = 6

/**
 * One request to an AWS service, with its failures in our words. `409 ConditionalRequestConflict`, which means that
 * another write is under way, is tried again.
 * @param what names the request and its object or bucket, for messages: `Reading s3://work/a.json`
 * @param expected answers for statuses that are no failure here, such as `{ 404: undefined }`
 * @throws AppError `upstream-failed`, `upstream-timeout`
 */
export async function callAws<Result, Expected = never>(
  what: string,
  request: () => Promise<Result>,
  expected: Readonly<Record<number, Expected>> = {},
): Promise<Result | Expected> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request()
    } catch (error) {
      const status = statusOf(error)
      if (isNamed(error, 'ConditionalRequestConflict') && attempt < ATTEMPTS_AT_CONFLICT) await backoff(attempt)
      // `in` has just said that the key is there; its value may well be undefined.
      else if (status !== undefined && status in expected && !isNamed(error, 'NoSuchBucket'))
        return expected[status] as Expected
      else throw asUpstream(what, error)
    }
  }
}

const isNamed = (error: unknown, name: string): boolean => isNativeError(error) && error.name === name

/** The HTTP status of an error of the AWS SDK; undefined where no answer came. */
function statusOf(error: unknown): number | undefined {
  if (!isNativeError(error) || !('$metadata' in error)) return undefined
  const { $metadata } = error
  if (typeof $metadata !== 'object' || $metadata === null || !('httpStatusCode' in $metadata)) return undefined
  return typeof $metadata.httpStatusCode === 'number' ? $metadata.httpStatusCode : undefined
}

/** Errors of the SDK and of the network become ours; a bug stays what it is. */
function asUpstream(what: string, error: unknown): unknown {
  if (error instanceof AppError || !isNativeError(error)) return error
  const status = statusOf(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (error.name === 'TimeoutError' || code === 'ETIMEDOUT')
    return new AppError('upstream-timeout', `${what} took too long.`, [], error)
  const isDenied = status === 403 || error.name === 'AccessDeniedException'
  const hint = isDenied ? ' The role of this function lacks the permission, or a policy denies it.' : ''
  const reason = status === undefined ? (code ?? `${error.name}, ${error.message}`) : `${error.name} (${status})`
  const known = '$metadata' in error || code !== undefined || error.name === 'CredentialsProviderError'
  return known ? new AppError('upstream-failed', `${what} failed: ${reason}.${hint}`, [], error) : error
}
