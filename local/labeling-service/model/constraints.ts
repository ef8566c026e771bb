import * as z from 'zod'

/** Schema of a string that matches a pattern as a whole. Patterns in the API model are anchored implicitly. */
export const stringMatching = (pattern: string, minLength: number, maxLength: number) =>
  z
    .string()
    .min(minLength)
    .max(maxLength)
    .regex(new RegExp(`^(?:${pattern})$`), `Member must satisfy regular expression pattern: ${pattern}`)

/** Names of jobs and work teams. */
export const ResourceName = stringMatching('[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}', 1, 63)

export const S3Uri = stringMatching('(https|s3)://([^/]+)/?(.*)', 0, 1024)
export const KmsKeyId = stringMatching('[a-zA-Z0-9:/_-]*', 0, 2048)
export const SnsTopicArn = stringMatching('arn:aws[a-z\\-]*:sns:[a-z0-9\\-]*:[0-9]{12}:[a-zA-Z0-9_.-]*', 0, 2048)
export const LambdaArn = stringMatching('arn:aws[a-z\\-]*:lambda:[a-z0-9\\-]*:[0-9]{12}:function:.*', 0, 2048)
export const NextToken = stringMatching('.*', 0, 8192)
export const MaxResults = z.int().min(1).max(100)
export const SortOrder = z.enum(['Ascending', 'Descending'])

/** Times in this protocol: seconds since 1970, with a fraction. */
export const EpochSeconds = z.number()
