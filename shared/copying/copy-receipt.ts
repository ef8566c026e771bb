import * as z from 'zod'
import { Count } from '../contracts/fields.ts'
import { recordType } from '../platform/state/record-type.ts'
import { storedObject } from '../platform/state/stored-schema.ts'
import { ImageCopy, isGood, Outcome } from './copy-image.ts'

/** The receipt of a chunk: the outcome of each of its images. */
const ChunkReceipt = storedObject({
  images: z.array(ImageCopy),
  doneAt: z.string(),
  /** Whose receipt it is, so that one in the place of another is noticed. Absent in version 1. */
  batchId: z.string().optional(),
  chunk: z.int().optional(),
})
export type ChunkReceipt = z.infer<typeof ChunkReceipt>

export const CHUNK_RECEIPT = recordType('the receipt of a chunk', ChunkReceipt)

const Failure = z
  .object({
    imageId: z.string().describe('Its id; `#7` for the seventh of the batch where the image list could not be read'),
    outcome: z.string().describe('As it is counted: `missing`, `denied`, `conflict` or `failed`'),
    reason: z.string().describe('Why there is no good copy'),
  })
  .meta({ id: 'CopyFailure', description: 'An image without a good copy, and why.' })

/** More failures are counted, but not listed. */
const MAX_FAILURES = 1000

/** Images of a batch by outcome, over all rounds. */
export const CopyTotals = z.object({
  copied: Count.describe('Images that were copied'),
  present: Count.describe('Images that had been copied before'),
  missing: Count.describe('Images that do not exist at the source'),
  denied: Count.describe('Images that may not be read'),
  conflict: Count.describe('Images whose destination holds another object'),
  failed: Count.describe('Images that failed for another reason, after several attempts'),
  bytes: Count.describe('Size of all good copies in bytes'),
  failures: z
    .array(Failure)
    .max(MAX_FAILURES)
    .describe(`Images without a good copy; at most the first ${MAX_FAILURES.toLocaleString('en-US')}`),
})
export type CopyTotals = z.infer<typeof CopyTotals>

/** Whether every image has a good copy. Pure. */
export const isComplete = ({ copied, present }: CopyTotals, imageCount: number): boolean =>
  copied + present === imageCount

/** Counts the images with an outcome. Pure. */
export const countOutcome = (images: readonly ImageCopy[], outcome: Outcome): number =>
  images.filter((image) => image.outcome === outcome).length

/** Sums up the receipts, in batch order. Pure. */
export function sumReceipts(receipts: ReadonlyMap<number, ChunkReceipt>): CopyTotals {
  const images = [...receipts.values()].flatMap((receipt) => receipt.images)
  return {
    copied: countOutcome(images, 'copied'),
    present: countOutcome(images, 'present'),
    missing: countOutcome(images, 'missing'),
    denied: countOutcome(images, 'denied'),
    conflict: countOutcome(images, 'conflict'),
    // What only a newer version knows counts as failed, so that the totals add up.
    failed: images.filter(({ outcome }) => outcome === 'failed' || !Outcome.options.includes(outcome)).length,
    bytes: images.reduce((sum, image) => sum + (isGood(image) ? (image.bytes ?? 0) : 0), 0),
    failures: images
      .filter((image) => !isGood(image))
      .slice(0, MAX_FAILURES)
      .map(({ imageId, outcome, reason = '' }) => ({ imageId, outcome, reason })),
  }
}
