import { imagesPerChunk } from '../batches/record/image-list.ts'
import type { CopyPreview } from '../contracts/batch-preview.ts'

/** For each image: read the beginning of the source, copy it. */
const REQUESTS_PER_IMAGE = 2
/** For each chunk: start and end of its round, its receipt (read twice, written once), batch (twice), images, count. */
const REQUESTS_PER_CHUNK = 9
/** For the round: 3 to start it, 3 to dispatch it, 5 to complete it, 3 to see that it has ended. */
const REQUESTS_PER_ROUND = 14
const MESSAGES_PER_REQUEST = 10

/** Returns into how many chunks so many images are divided. Pure. */
export const countChunks = (images: number): number => Math.ceil(images / imagesPerChunk(images))

/** Returns what copying so many images costs at most. Pure. */
export function estimateCopy(images: number): CopyPreview {
  const chunks = countChunks(images)
  return {
    images,
    chunks,
    messages: chunks + 3,
    sqsRequests: Math.ceil(chunks / MESSAGES_PER_REQUEST) + 3,
    s3Requests: images * REQUESTS_PER_IMAGE + chunks * REQUESTS_PER_CHUNK + REQUESTS_PER_ROUND,
  }
}
