import { AppError } from '../../contracts/errors.ts'
import type { Config } from '../config.ts'

/** Refuses a bucket that the deployment may not read. @throws AppError `bad-source` saying which it may, and how to add one */
export function checkBucket(bucket: string, config: Pick<Config, 'bucket' | 'sourceBuckets'>): void {
  const { sourceBuckets } = config
  if (bucket === config.bucket || sourceBuckets.includes(bucket) || sourceBuckets.includes('*')) return
  const allowed = [config.bucket, ...sourceBuckets].join(', ')
  throw new AppError(
    'bad-source',
    `Bucket "${bucket}" may not be read. Allowed: ${allowed}. To add one, deploy with it in sourceBuckets; its owner must grant get and list.`,
  )
}
