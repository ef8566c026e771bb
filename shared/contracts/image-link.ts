import * as z from 'zod'
import { WebUrl } from './fields.ts'
import { instant } from './instant.ts'

/** Fields of something that may have a link to its image. */
export const ImageLink = z.object({
  link: WebUrl.optional().describe('Presigned URL of the image, valid until `linkExpiresAt`'),
  linkExpiresAt: instant('When `link` expires').optional(),
})
export type ImageLink = z.infer<typeof ImageLink>
