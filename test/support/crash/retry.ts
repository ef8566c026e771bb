import { AppError } from '../../../shared/contracts/errors.ts'

const MAX_TRIES = 4

/** Does the work, and again when it fails, as a persistent caller would. @throws the error of the fourth try */
export async function retryUntilDone<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries >= MAX_TRIES) throw error
    }
  }
}

/** The same, for work that an earlier try may have done: an error with one of these codes counts as done. */
export const retryUntilDoneOr = (
  work: () => Promise<unknown>,
  ...codes: readonly AppError['code'][]
): Promise<unknown> =>
  retryUntilDone(() =>
    work().catch((error: unknown) => {
      if (!(error instanceof AppError) || !codes.includes(error.code)) throw error
    }),
  )
