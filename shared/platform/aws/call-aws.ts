import { isNativeError } from 'node:util/types'
import { AppError } from '../../contracts/errors.ts'
import { backoff } from '../state/backoff.ts'

const MAX_CONFLICT_ATTEMPTS = 6

/**
 * Sends one request to an AWS service and converts its errors to AppError. Retries `409 ConditionalRequestConflict`,
 * which means that another write of the same object is in progress.
 * @param what the operation and its object, for messages: `Reading s3://work/a.json`
 * @param expected results for statuses that are not errors here
 * @throws AppError `upstream-failed`, `upstream-timeout`
 * @example
 * const found = await callAws(`Reading ${uri}`, () => client.send(request), { 404: undefined })
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
      const status = getStatus(error)
      if (isNamed(error, 'ConditionalRequestConflict') && attempt < MAX_CONFLICT_ATTEMPTS) await backoff(attempt)
      // `in` has checked that the key exists; its value may be undefined.
      else if (status !== undefined && status in expected && !isNamed(error, 'NoSuchBucket'))
        return expected[status] as Expected
      else throw toUpstreamError(what, error)
    }
  }
}

/** Whether an error has the name that the AWS SDK takes from the code of the response. */
export const isNamed = (error: unknown, name: string): boolean => isNativeError(error) && error.name === name

/** Returns the HTTP status of an error of the AWS SDK; undefined without a response. */
export function getStatus(error: unknown): number | undefined {
  if (!isNativeError(error) || !('$metadata' in error)) return undefined
  const { $metadata } = error
  if (typeof $metadata !== 'object' || $metadata === null || !('httpStatusCode' in $metadata)) return undefined
  return typeof $metadata.httpStatusCode === 'number' ? $metadata.httpStatusCode : undefined
}

/** Converts errors of the SDK and the network; returns any other error, which is a bug, unchanged. */
function toUpstreamError(what: string, error: unknown): unknown {
  if (error instanceof AppError || !isNativeError(error)) return error
  const status = getStatus(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (error.name === 'TimeoutError' || code === 'ETIMEDOUT')
    return new AppError('upstream-timeout', `${what} timed out.`, [], error)
  const isDenied = status === 403 || error.name === 'AccessDeniedException'
  const hint = isDenied ? ' The role of this function lacks a permission, or a policy denies access.' : ''
  const reason = status === undefined ? (code ?? `${error.name}, ${error.message}`) : `${error.name} (${status})`
  const known = '$metadata' in error || code !== undefined || error.name === 'CredentialsProviderError'
  return known ? new AppError('upstream-failed', `${what} failed: ${reason}.${hint}`, [], error) : error
}
