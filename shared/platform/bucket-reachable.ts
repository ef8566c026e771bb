import type { Ports } from './ports.ts'
import type { Bucket } from './storage/ports.ts'

/** Anyone may ask, so the bucket is asked no more often than this. */
const MAX_AGE_MILLISECONDS = 5000

/** The last answer for each bucket. A process has one. */
const latest = new WeakMap<Bucket, { readonly since: number; readonly reached: Promise<boolean> }>()

/** Whether the working bucket can be reached. The answer may be five seconds old; calls at the same time share one request. */
export function isBucketReachable({ bucket, log, now }: Pick<Ports, 'bucket' | 'log' | 'now'>): Promise<boolean> {
  const known = latest.get(bucket)
  const age = now().getTime() - (known?.since ?? 0)
  // The clock may have been set back.
  if (known && age >= 0 && age < MAX_AGE_MILLISECONDS) return known.reached
  const reached = bucket.region().then(
    () => true,
    (error: unknown) => {
      log.warn('bucket.unreachable', { error })
      return false
    },
  )
  latest.set(bucket, { since: now().getTime(), reached })
  return reached
}
