import { isNativeError } from 'node:util/types'
import { QuotaReachedError } from '../../contracts/errors.ts'
import { callAws } from './call-aws.ts'

/** Jobs take hours: asking again sooner is of no use. */
const SECONDS_UNTIL_FEWER = 60

/**
 * One request to SageMaker, whose errors have names and all the same status.
 * @param others answers for errors that are no failure here, by name; each is given the service's message
 * @throws AppError `quota-reached`, `upstream-failed`, `upstream-timeout`
 */
export async function callSageMaker<Result, Other = never>(
  what: string,
  request: () => Promise<Result>,
  others: Readonly<Record<string, (message: string) => Other>> = {},
): Promise<Result | Other> {
  return await callAws<Result | Other>(what, async () => {
    try {
      return await request()
    } catch (error) {
      if (!isNativeError(error)) throw error
      const other = others[error.name]
      if (other) return other(error.message)
      if (error.name === 'ResourceLimitExceeded')
        throw new QuotaReachedError(
          `${what}: ${withStop(error.message)} Send it again when there are fewer.`,
          SECONDS_UNTIL_FEWER,
        )
      throw error
    }
  })
}

/** Most of the service's messages end in a full stop. */
const withStop = (message: string): string => message.replace(/\.?$/, '.')
