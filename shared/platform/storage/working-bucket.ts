import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'

/**
 * Checks that the working bucket exists, is accessible and is in the region of this deployment.
 * @throws AppError `preflight-failed`, naming the bucket and both regions
 */
export async function checkWorkingBucket({ bucket, config }: Pick<Ports, 'bucket' | 'config'>): Promise<void> {
  const region = await bucket.region()
  if (region === config.region) return
  throw new AppError(
    'preflight-failed',
    `The bucket "${config.bucket}" is in ${region}, but must be in ${config.region}, where Groundwork runs.`,
  )
}
