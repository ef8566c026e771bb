import type { Config } from '../config.ts'

/**
 * Returns the origin of presigned links of the working bucket, which pages may load images from. The client for S3 is not
 * loaded for that; a test compares with its links. Pure.
 * @example
 * bucketOrigin({ bucket: 'b', region: 'eu-west-1' }) // https://b.s3.eu-west-1.amazonaws.com
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function bucketOrigin({ bucket, region, s3Url }: Pick<Config, 'bucket' | 'region' | 's3Url'>): string {
  if (s3Url !== undefined) return new URL(s3Url).origin
  const host = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
  // The certificate of S3 covers one label, so a name with dots is in the path.
  return bucket.includes('.') ? `https://${host}` : `https://${bucket}.${host}`
}
