import { AppError } from '../../shared/contracts/errors.ts'

const MOST_TRIES = 4

/** Does it again until it does not fail, as a caller would who wants it done. */
export async function insist<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries >= MOST_TRIES) throw error
    }
  }
}

/** The same, of what may find that it was done already: then this is as good. */
export const insistOrFind = (work: () => Promise<unknown>, ...done: readonly AppError['code'][]): Promise<unknown> =>
  insist(() =>
    work().catch((error: unknown) => {
      if (!(error instanceof AppError) || !done.includes(error.code)) throw error
    }),
  )
