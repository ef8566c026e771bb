import {
  type CORSRule,
  GetBucketCorsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutBucketCorsCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { AppError } from '../../contracts/errors.ts'
import type { Bucket, CorsRule } from '../storage/ports.ts'
import { callAws } from './call-aws.ts'

/** Returns the port of the working bucket. @param region the region to assume when S3 does not return one */
export function s3Bucket(client: S3Client, bucket: string, region: string): Bucket {
  return {
    region: async () => {
      const send = () => client.send(new HeadBucketCommand({ Bucket: bucket }))
      const found = await callAws(`Reading the metadata of s3://${bucket}`, send, {
        404: 'missing',
        403: 'denied',
      } as const)
      if (found === 'missing')
        throw new AppError(
          'preflight-failed',
          `Bucket "${bucket}" does not exist; create it or deploy with another bucket.`,
        )
      if (found === 'denied')
        throw new AppError('preflight-failed', `Access to bucket "${bucket}" is denied; allow s3:ListBucket on it.`)
      return found.BucketRegion ?? region
    },
    link: (key, seconds, from) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), {
        expiresIn: seconds,
        ...(from && { signingDate: from }),
      }),
    corsRules: async () => {
      const read = () => client.send(new GetBucketCorsCommand({ Bucket: bucket }))
      const found = await callAws(`Reading the CORS rules of s3://${bucket}`, read, { 404: undefined })
      return (found?.CORSRules ?? []).map(toCorsRule)
    },
    setCorsRules: async (rules) => {
      const CORSConfiguration = { CORSRules: rules.map(fromCorsRule) }
      const write = () => client.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration }))
      await callAws(`Writing the CORS rules of s3://${bucket}`, write)
    },
  }
}

const toCorsRule = (rule: CORSRule): CorsRule => ({
  ...(rule.ID !== undefined && { id: rule.ID }),
  origins: rule.AllowedOrigins ?? [],
  methods: rule.AllowedMethods ?? [],
  headers: rule.AllowedHeaders ?? [],
  exposed: rule.ExposeHeaders ?? [],
  ...(rule.MaxAgeSeconds !== undefined && { maxAgeSeconds: rule.MaxAgeSeconds }),
})

const fromCorsRule = (rule: CorsRule): CORSRule => ({
  ID: rule.id,
  AllowedOrigins: [...rule.origins],
  AllowedMethods: [...rule.methods],
  AllowedHeaders: [...rule.headers],
  ExposeHeaders: [...rule.exposed],
  MaxAgeSeconds: rule.maxAgeSeconds,
})
