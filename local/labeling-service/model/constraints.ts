import * as z from 'zod'

/** A string whose whole text must match, as patterns of the API's model do without saying so. */
export const matching = (pattern: string, least: number, most: number) =>
  z
    .string()
    .min(least)
    .max(most)
    .regex(new RegExp(`^(?:${pattern})$`), `Member must satisfy regular expression pattern: ${pattern}`)

/** Names of jobs and work teams. */
export const ResourceName = matching('[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}', 1, 63)

export const S3Uri = matching('(https|s3)://([^/]+)/?(.*)', 0, 1024)
export const KmsKeyId = matching('[a-zA-Z0-9:/_-]*', 0, 2048)
export const SnsTopicArn = matching('arn:aws[a-z\\-]*:sns:[a-z0-9\\-]*:[0-9]{12}:[a-zA-Z0-9_.-]*', 0, 2048)
export const LambdaArn = matching('arn:aws[a-z\\-]*:lambda:[a-z0-9\\-]*:[0-9]{12}:function:.*', 0, 2048)
export const NextToken = matching('.*', 0, 8192)
export const MaxResults = z.int().min(1).max(100)
export const SortOrder = z.enum(['Ascending', 'Descending'])

/** Seconds since 1970, with a fraction: how this protocol writes times. */
export const EpochSeconds = z.number()
