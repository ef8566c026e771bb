import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { releaseLease } from '../../platform/state/lease.ts'
import { abandonClaim, jobRef, type LeasedClaim } from './store.ts'

/**
 * Runs a part of the creation. When that fails, the claim and everything written for it are removed. If the service may
 * have the job, only the lease is released, so that the next call finds out. What cannot be undone is left to the next
 * call, once the lease has expired.
 * @param mayExist whether the service may have the job after this error
 */
export async function rollbackOnError<Result>(
  claim: LeasedClaim,
  act: () => Promise<Result>,
  mayExist: (error: AppError) => boolean,
  ports: Pick<Ports, 'config' | 'objects' | 'log' | 'newId'>,
): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const isKept = mayExist(error)
    const undoing: Promise<unknown> = isKept
      ? releaseLease(jobRef(claim.job), claim, ports)
      : abandonClaim(claim, ports)
    await undoing.catch((failure: unknown) => {
      if (!(failure instanceof AppError)) throw failure
      ports.log.warn('labeling_job.cleanup_failed', {
        job: claim.job,
        action: isKept ? 'release-lease' : 'abandon-claim',
        error: failure,
      })
    })
    throw error
  }
}
