import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'

/**
 * Makes sure that the working bucket is there, can be reached and lies where Groundwork runs.
 * @throws AppError `preflight-failed`, naming the bucket and both regions
 */
export async function checkWorkingBucket({ bucket, config }: Pick<Ports, 'bucket' | 'config'>): Promise<void> {
  const region = await bucket.region()
  if (region === config.region) return
  throw new AppError(
    'preflight-failed',
    `The bucket "${config.bucket}" lies in ${region}, but Groundwork runs in ${config.region}: use a bucket in ${config.region}.`,
  )
}
