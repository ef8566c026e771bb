import { isNativeError } from 'node:util/types'
import { QuotaReachedError } from '../../contracts/errors.ts'
import { endWithPeriod } from '../../contracts/sentence.ts'
import { callAws } from './call-aws.ts'

/** Jobs take hours, so a quota is not free again any sooner. */
const QUOTA_RETRY_SECONDS = 60

/**
 * Sends a request to SageMaker. Its errors all have status 400 and differ by name.
 * @param what names the request in error messages
 * @param handlers return a result for an expected error, by name of the error; each gets the message of the service
 * @throws AppError `quota-reached`, `upstream-failed`, `upstream-timeout`
 */
export async function callSageMaker<Result, Other = never>(
  what: string,
  request: () => Promise<Result>,
  handlers: Readonly<Record<string, (message: string) => Other>> = {},
): Promise<Result | Other> {
  return await callAws<Result | Other>(what, async () => {
    try {
      return await request()
    } catch (error) {
      if (!isNativeError(error)) throw error
      const handler = handlers[error.name]
      if (handler) return handler(error.message)
      if (error.name === 'ResourceLimitExceeded')
        throw new QuotaReachedError(
          `${what}: ${endWithPeriod(error.message)} Try again when fewer jobs are running.`,
          QUOTA_RETRY_SECONDS,
        )
      throw error
    }
  })
}
