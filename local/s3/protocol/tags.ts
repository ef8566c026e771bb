import * as z from 'zod'
import type { Tag } from '../storage/model.ts'
import { S3Error } from './errors.ts'
import { listOf } from './xml-schema.ts'

const MAX_TAGS = 10

/** The `Tagging` document of a request. */
export const TaggingXml = z.object({
  TagSet: z
    .object({ Tag: listOf(z.object({ Key: z.string(), Value: z.string() })) })
    .or(z.literal('').transform(() => ({ Tag: [] }))),
})

/**
 * Tags as a header carries them: `a=1&b=2`, encoded like a query.
 * @throws S3Error `InvalidTag`
 */
export function parseTagHeader(header: string | undefined): Tag[] {
  return checkTags([...new URLSearchParams(header ?? '')].map(([key, value]) => ({ key, value })))
}

/** @throws S3Error `InvalidTag` when there are too many, one is too long or one occurs twice */
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
