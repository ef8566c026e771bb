import * as z from 'zod'
import { MAX_CHUNKS } from '../fan-out/round.ts'

/** As many images as one worker copies well within its time. */
const CHUNK_IMAGES = 25

/** Images to a chunk: 25, more in a large batch, so that there are never more than 1,000 chunks. */
export const chunkImagesOf = (imageCount: number): number => Math.max(CHUNK_IMAGES, Math.ceil(imageCount / MAX_CHUNKS))

/** What copying a batch takes, told before anything is copied. */
export const CopyOutlook = z.object({
  images: z.int(),
  chunks: z.int(),
  /** SQS messages: one that starts the round, one a chunk. */
  messages: z.int(),
  /** S3 requests at the most, retries aside. */
  s3Requests: z.int(),
})
export type CopyOutlook = z.infer<typeof CopyOutlook>

/** For each image: describe the source, copy it, read the copy's header. */
const REQUESTS_PER_IMAGE = 3
/** For each chunk: round, its end, its receipt, batch, images; then the receipt, the count, and the receipt read once. */
const REQUESTS_PER_CHUNK = 9
/** For the round: start, its being sent out, totals. */
const REQUESTS_PER_ROUND = 10

/** What copying this many images takes. Pure. */
export function outlookOfCopy(images: number): CopyOutlook {
  const chunks = Math.ceil(images / chunkImagesOf(images))
  return {
    images,
    chunks,
    messages: chunks + 1,
    s3Requests: images * REQUESTS_PER_IMAGE + chunks * REQUESTS_PER_CHUNK + REQUESTS_PER_ROUND,
  }
}
