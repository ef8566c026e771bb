import { AppError, type Issue } from '../../contracts/errors.ts'
import { parseS3Uri, type S3Location } from '../../contracts/s3-uri.ts'
import type { Config } from '../config.ts'
import { checkBucket } from './allowed-bucket.ts'
import { parseOutboundUrl } from './outbound-url.ts'

/**
 * Checks that this deployment may read the given URIs (`s3://` or `https://`). Sends no request.
 * @param sources each URI with its place in the request, for the issues
 * @throws AppError `bad-source` with an issue for each URI that is refused
 */
export function checkSources(sources: readonly { at: string; uri: string }[], config: Config): void {
  const issues = sources.flatMap(({ at, uri }): Issue[] => {
    try {
      if (uri.startsWith('s3://')) checkObject(parseS3Uri(uri), config)
      else parseOutboundUrl(uri, config.allowLoopback)
      return []
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return [{ at, message: error.message }]
    }
  })
  if (issues.length === 0) return
  throw new AppError('bad-source', issues.map(({ at, message }) => `${at}: ${message}`).join(' '), issues)
}

/** `system/` holds secrets and is never a source: error messages quote the content of files that they refuse. */
function checkObject({ bucket, key }: S3Location, config: Config): void {
  checkBucket(bucket, config)
  if (bucket === config.bucket && key.startsWith('system/'))
    throw new AppError(
      'bad-source',
      `Objects under "system/" in bucket "${bucket}" may not be read; use another prefix.`,
    )
}
