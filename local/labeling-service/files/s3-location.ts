/** Where an object of S3 lies; the key is raw. */
interface Location {
  readonly bucket: string
  readonly key: string
}

/** What `s3://bucket/key` names; the key may be empty. Undefined for anything else, `https://` among it. */
export function s3Location(uri: string): Location | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? []
  return bucket === undefined ? undefined : { bucket, key: key ?? '' }
}
