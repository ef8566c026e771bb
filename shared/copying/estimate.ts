import { imagesPerChunk } from '../batches/record/image-list.ts'
import type { CopyPreview } from '../contracts/batch-preview.ts'

/** For each image: read the beginning of the source, copy it. */
const REQUESTS_PER_IMAGE = 2
/** For each image that has a good copy, and is verified: look at the copy. */
const REQUESTS_PER_VERIFIED_IMAGE = 1
/** For each chunk: start and end of its round, its receipt (read twice, written once), batch (twice), images, count. */
const REQUESTS_PER_CHUNK = 9
/** For the round: 4 to start it, one of them for the CORS rules, 3 to dispatch it, 5 to complete it, 3 to see that it has ended. */
const REQUESTS_PER_ROUND = 15
const MESSAGES_PER_REQUEST = 10

/** Returns into how many chunks so many images are divided. Pure. */
export const countChunks = (images: number): number => Math.ceil(images / imagesPerChunk(images))

/**
 * Returns what copying so many images costs at most. Pure.
 * @param verifiedRound the last round, whose copies are verified and found as they were; 0 for a first copy
 */
export function estimateCopy(images: number, verifiedRound = 0): CopyPreview {
  const chunks = countChunks(images)
  const perImage = verifiedRound > 0 ? REQUESTS_PER_VERIFIED_IMAGE : REQUESTS_PER_IMAGE
  return {
    images,
    chunks,
    messages: chunks + 3,
    sqsRequests: Math.ceil(chunks / MESSAGES_PER_REQUEST) + 3,
    s3Requests:
      images * perImage + chunks * REQUESTS_PER_CHUNK + REQUESTS_PER_ROUND + countRequestsBefore(chunks, verifiedRound),
  }
}

/**
 * Counts what finding the receipts of earlier rounds takes: the last one of a chunk is read when the round starts and when
 * the chunk is done, the earlier rounds are listed for each chunk, and all rounds twice more.
 */
const countRequestsBefore = (chunks: number, rounds: number): number =>
  rounds === 0 ? 0 : 2 * chunks + rounds * chunks + 2 * (rounds + 1)
