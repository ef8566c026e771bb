import { AppError } from '../../contracts/errors.ts'
import { toProblemErrors } from '../../platform/http/request-issues.ts'

/**
 * What is done with the labeling job of a run: what is wrong with the job is told by its place in the batch's request.
 * @throws AppError as `doing` does
 */
export const prefixIssues = <Result>(doing: Promise<Result>): Promise<Result> =>
  doing.catch((error: unknown) => {
    throw error instanceof AppError && error.issues.length > 0 ? placed(error) : error
  })

/** Pure. */
function placed({ code, message, issues: faults }: AppError): AppError {
  // Whatever another job differs in, it is the name that cannot be had.
  const isOtherJob = code === 'conflict' && !faults.some(({ at }) => at === 'path.job')
  const own = isOtherJob ? [{ at: 'path.job', message: message.replace(/\.$/, '') }] : faults
  const { detail, errors } = toProblemErrors(own.map((fault) => ({ ...fault, at: placeOf(fault.at) })))
  return new AppError(code, detail, errors)
}

/** Where a fault of a labeling job's request stands in the batch's. */
function placeOf(at: string): string {
  if (at === 'path.job') return 'body.labelingJob.job'
  if (at === 'body.batch') return 'body'
  return at.replace(/^body\b/, 'body.labelingJob')
}
