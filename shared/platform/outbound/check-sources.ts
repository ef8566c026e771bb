import { AppError, type Issue } from '../../contracts/errors.ts'
import { parseS3Uri, type S3Location } from '../../contracts/s3-uri.ts'
import type { Config } from '../config.ts'
import { checkBucket } from './allowed-bucket.ts'
import { parseOutboundUrl } from './outbound-url.ts'

/**
 * Refuses addresses that this deployment may not read, before anything is asked of them.
 * @throws AppError `bad-source` with every address that is refused, and what to do about it
 */
export function checkSources(addresses: readonly { at: string; uri: string }[], config: Config): void {
  const faults = addresses.flatMap(({ at, uri }): Issue[] => {
    try {
      if (uri.startsWith('s3://')) checkObject(parseS3Uri(uri), config)
      else parseOutboundUrl(uri, config.allowLoopback)
      return []
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return [{ at, message: error.message }]
    }
  })
  if (faults.length === 0) return
  throw new AppError('bad-source', faults.map(({ at, message }) => `${at}: ${message}`).join(' '), faults)
}

/** What Groundwork keeps for itself in the working bucket is nobody's source: messages quote what they refuse. */
function checkObject({ bucket, key }: S3Location, config: Config): void {
  checkBucket(bucket, config)
  if (bucket === config.bucket && key.startsWith('system/'))
    throw new AppError('bad-source', `"system/" of the bucket "${bucket}" may not be read; put the file elsewhere.`)
}
