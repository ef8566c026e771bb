/** Bucket and key of an S3 object. The key is not percent-encoded. */
interface Location {
  readonly bucket: string
  readonly key: string
}

/** Parses `s3://bucket/key`. The key may be empty. Returns undefined for anything else, including `https://` URLs. */
export function parseS3Location(uri: string): Location | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? []
  return bucket === undefined ? undefined : { bucket, key: key ?? '' }
}
