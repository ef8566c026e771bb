import * as z from 'zod'

/** A count, or a size in bytes or pixels. */
export const Count = z.int().min(0)

/** An S3 URI in responses, `s3://bucket/key`. The key is raw: nothing in it is percent-encoded. */
export const S3Uri = z.string().meta({ pattern: '^s3://' })

/** A URL in responses that a client can open. */
export const WebUrl = z.string().meta({ format: 'uri' })
