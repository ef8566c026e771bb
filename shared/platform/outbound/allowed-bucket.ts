import { AppError } from '../../contracts/errors.ts'
import type { Config } from '../config.ts'

/**
 * Checks that the deployment may read a bucket: the working bucket or one of `sourceBuckets`.
 * @throws AppError `bad-source` when it may not, listing the allowed buckets
 */
export function checkBucket(bucket: string, config: Pick<Config, 'bucket' | 'sourceBuckets'>): void {
  const { sourceBuckets } = config
  if (bucket === config.bucket || sourceBuckets.includes(bucket) || sourceBuckets.includes('*')) return
  const allowed = [config.bucket, ...sourceBuckets].join(', ')
  throw new AppError(
    'bad-source',
    `Bucket "${bucket}" may not be read (allowed: ${allowed}). To allow it, add it to the deployment parameter sourceBuckets; its owner must grant s3:GetObject and s3:ListBucket.`,
  )
}
