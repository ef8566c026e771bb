import type { CopyPreview } from '../contracts/batch-preview.ts'
import { MAX_CHUNKS } from '../platform/fan-out/round.ts'

/** As many images as one worker copies well within its time. */
const CHUNK_IMAGES = 25

/** Images to a chunk: 25, more in a large batch, so that there are never more than 1,000 chunks. */
export const imagesPerChunk = (imageCount: number): number => Math.max(CHUNK_IMAGES, Math.ceil(imageCount / MAX_CHUNKS))

/** For each image: describe the source, copy it, read the copy's header. */
const REQUESTS_PER_IMAGE = 3
/** For each chunk: start and end of its round, its receipt (read twice, written once), batch (twice), images, count. */
const REQUESTS_PER_CHUNK = 9
/** For the round: to start and show it 7, to send it out 3, to end and follow it up 5. */
const REQUESTS_PER_ROUND = 15
const MESSAGES_PER_REQUEST = 10
/** Looking at a running round reads the receipts that are in: so many in a second of waiting. */
const RECEIPTS_PER_SECOND = 100

const chunksOf = (images: number): number => Math.ceil(images / imagesPerChunk(images))

/** How many seconds to wait before looking at a running copy of so many images: 1, more from 100 chunks on. Pure. */
export const retryAfterSeconds = (images: number): number =>
  Math.max(1, Math.ceil(chunksOf(images) / RECEIPTS_PER_SECOND))

/** What copying this many images takes. Pure. */
export function estimateCopy(images: number): CopyPreview {
  const chunks = chunksOf(images)
  return {
    images,
    chunks,
    messages: chunks + 2,
    sqsRequests: Math.ceil(chunks / MESSAGES_PER_REQUEST) + 2,
    s3Requests: images * REQUESTS_PER_IMAGE + chunks * REQUESTS_PER_CHUNK + REQUESTS_PER_ROUND,
  }
}
