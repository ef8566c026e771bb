import { AppError } from './errors.ts'

/** Bucket and key of an S3 object. The key is raw: nothing in it is percent-encoded. */
export interface S3Location {
  readonly bucket: string
  readonly key: string
}

const URI = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s
const MAX_KEY_BYTES = 1024

/**
 * Parses `s3://bucket/key`. Pure.
 * @throws AppError `bad-source` when the text is no S3 URI, or its key is longer than 1,024 bytes
 */
export function parseS3Uri(uri: string): S3Location {
  const [, bucket, key] = URI.exec(uri) ?? []
  if (bucket === undefined || key === undefined)
    throw new AppError('bad-source', `Invalid S3 URI "${uri}": expected s3://bucket/key.`)
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw new AppError(
      'bad-source',
      `Invalid S3 URI "${uri.slice(0, 100)}…": its key must be at most ${MAX_KEY_BYTES} bytes.`,
    )
  return { bucket, key }
}

/** Formats `s3://bucket/key`. The key is not encoded. Pure. */
export const formatS3Uri = ({ bucket, key }: S3Location): string => `s3://${bucket}/${key}`

/** Formats the URI of a key in the working bucket. Pure. */
export const toS3Uri = (key: string, { config }: { readonly config: Pick<S3Location, 'bucket'> }): string =>
  formatS3Uri({ bucket: config.bucket, key })
