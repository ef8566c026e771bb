import * as z from 'zod'
import type { Tag } from '../storage/model.ts'
import { S3Error } from './errors.ts'
import { xmlList } from './xml-schema.ts'

const MAX_TAGS = 10

/** The request body of PutObjectTagging. */
export const TaggingXml = z.object({
  TagSet: z
    .object({ Tag: xmlList(z.object({ Key: z.string(), Value: z.string() })) })
    .or(z.literal('').transform(() => ({ Tag: [] }))),
})

/**
 * Parses the tags of a header, encoded like a query: `a=1&b=2`.
 * @throws S3Error `InvalidTag`
 */
export function parseTagHeader(header: string | undefined): Tag[] {
  return checkTags([...new URLSearchParams(header ?? '')].map(([key, value]) => ({ key, value })))
}

/** @throws S3Error `BadRequest` for too many tags, `InvalidTag` for a tag that is too long or repeated */
export function checkTags(tags: Tag[]): Tag[] {
  const keys = new Set(tags.map(({ key }) => key))
  if (tags.length > MAX_TAGS) throw new S3Error('BadRequest', {}, 'Object tags cannot be greater than 10')
  if (keys.size < tags.length) throw new S3Error('InvalidTag', {}, 'Cannot provide multiple Tags with the same key')
  for (const { key, value } of tags) {
    if (key.length < 1 || key.length > 128)
      throw new S3Error('InvalidTag', { TagKey: key }, 'The TagKey you have provided is invalid')
    if (value.length > 256)
      throw new S3Error('InvalidTag', { TagValue: value }, 'The TagValue you have provided is invalid')
  }
  return tags
}
