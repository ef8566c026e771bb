import { AppError } from './errors.ts'

/** Where an S3 object lies. The key is raw: nothing in it is percent-encoded. */
export interface S3Location {
  readonly bucket: string
  readonly key: string
}

const URI = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s
const MAX_KEY_BYTES = 1024

/** The bucket and key that an `s3://bucket/key` names. @throws AppError `bad-source` when it names none */
export function parseS3Uri(uri: string): S3Location {
  const [, bucket, key] = URI.exec(uri) ?? []
  if (bucket === undefined || key === undefined)
    throw new AppError('bad-source', `"${uri}" is no S3 address; write s3://bucket/key.`)
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw new AppError('bad-source', `The key of "${uri.slice(0, 100)}…" is longer than ${MAX_KEY_BYTES} bytes.`)
  return { bucket, key }
}

/** `s3://bucket/key`, the key as it is. */
export const formatS3Uri = ({ bucket, key }: S3Location): string => `s3://${bucket}/${key}`
