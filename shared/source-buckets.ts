import type { Config } from './config.ts'
import { AppError, type Fault } from './errors.ts'

/**
 * Refuses S3 addresses in buckets that the deployment may not read; web addresses are checked when they are opened.
 * @throws AppError `bad-source` with every address that is refused, and what to do about it
 */
export function checkSources(addresses: readonly { at: string; uri: string }[], config: Config): void {
  const faults = addresses.flatMap(({ at, uri }) => faultOf(at, uri, config))
  if (faults.length === 0) return
  throw new AppError('bad-source', faults.map(({ at, message }) => `${at}: ${message}`).join(' '), faults)
}

function faultOf(at: string, uri: string, { bucket, sourceBuckets }: Config): Fault[] {
  const named = /^s3:\/\/([^/]+)\//.exec(uri)?.[1]
  if (named === undefined || named === bucket || sourceBuckets.includes('*') || sourceBuckets.includes(named)) return []
  const allowed = [bucket, ...sourceBuckets].join(', ')
  const hint = 'to read another bucket, add it to sourceBuckets when you deploy; its owner must grant get and list'
  return [{ at, message: `the bucket "${named}" is not one of those this deployment may read (${allowed}); ${hint}.` }]
}
