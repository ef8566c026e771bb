import * as z from 'zod'
import { Count } from '../contracts/fields.ts'
import { fitItems } from '../contracts/page.ts'
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
    outcome: z
      .string()
      .describe('As it is counted: `missing`, `denied`, `archived`, `unusable`, `conflict` or `failed`'),
    reason: z.string().describe('Why there is no good copy'),
  })
  .meta({ id: 'CopyFailure', description: 'An image without a good copy, and why.' })

const CopyWarning = z
  .object({
    imageId: z.string().describe('Its id'),
    code: z.string().describe('Stable, for programs: `extension-mismatch`'),
    message: z.string().describe('For people; may change'),
  })
  .meta({ id: 'CopyWarning', description: 'An image with a good copy that may not be what the caller intended.' })

/** More failures and warnings are counted, but not listed. */
const MAX_LISTED = 1000
/** Of each list as JSON, so that both fit into a response. */
const MAX_LISTED_BYTES = 1_500_000

/** Images of a batch by outcome, over all rounds. */
export const CopyTotals = z.object({
  copied: Count.describe('Images that were copied'),
  present: Count.describe('Images that had been copied before'),
  missing: Count.describe('Images that do not exist at the source'),
  denied: Count.describe('Images that may not be read, or whose copies may not be written'),
  archived: Count.describe('Images in an archive, from which they must be restored first'),
  unusable: Count.describe('Images that are no JPEG or PNG that can be shown'),
  conflict: Count.describe('Images whose destination holds another object'),
  failed: Count.describe('Images that failed for another reason, after several attempts'),
  bytes: Count.describe('Size of all good copies in bytes'),
  failures: z
    .array(Failure)
    .max(MAX_LISTED)
    .describe(
      `Images without a good copy; at most the first ${MAX_LISTED.toLocaleString('en-US')}, and fewer where their reasons are long`,
    ),
  warningCount: Count.describe('Warnings about images with a good copy'),
  warnings: z
    .array(CopyWarning)
    .max(MAX_LISTED)
    .describe(
      `Warnings about images with a good copy; at most the first ${MAX_LISTED.toLocaleString('en-US')}, and fewer where they are long`,
    ),
})
export type CopyTotals = z.infer<typeof CopyTotals>

/** Totals as they are stored. Those of older versions lack what these did not know. */
export const StoredTotals: z.ZodType<CopyTotals> = z.preprocess(
  (totals) => ({ archived: 0, unusable: 0, warningCount: 0, warnings: [], ...Object(totals) }),
  CopyTotals,
)

/** Whether every image has a good copy. Pure. */
export const isComplete = ({ copied, present }: CopyTotals, imageCount: number): boolean =>
  copied + present === imageCount

/** Counts the images with an outcome. Pure. */
export const countOutcome = (images: readonly ImageCopy[], outcome: Outcome): number =>
  images.filter((image) => image.outcome === outcome).length

/** Sums up the receipts, in batch order. Pure. */
export function sumReceipts(receipts: ReadonlyMap<number, ChunkReceipt>): CopyTotals {
  const images = [...receipts.values()].flatMap((receipt) => receipt.images)
  const warnings = images.flatMap((image) =>
    isGood(image) ? (image.warnings ?? []).map((warning) => ({ imageId: image.imageId, ...warning })) : [],
  )
  return {
    copied: countOutcome(images, 'copied'),
    present: countOutcome(images, 'present'),
    missing: countOutcome(images, 'missing'),
    denied: countOutcome(images, 'denied'),
    archived: countOutcome(images, 'archived'),
    unusable: countOutcome(images, 'unusable'),
    conflict: countOutcome(images, 'conflict'),
    // What only a newer version knows counts as failed, so that the totals add up.
    failed: images.filter(({ outcome }) => outcome === 'failed' || !Outcome.options.includes(outcome)).length,
    bytes: images.reduce((sum, image) => sum + (isGood(image) ? (image.bytes ?? 0) : 0), 0),
    failures: fitItems(
      images
        .filter((image) => !isGood(image))
        .slice(0, MAX_LISTED)
        .map(({ imageId, outcome, reason = '' }) => ({ imageId, outcome, reason })),
      MAX_LISTED_BYTES,
    ),
    warningCount: warnings.length,
    warnings: fitItems(warnings.slice(0, MAX_LISTED), MAX_LISTED_BYTES),
  }
}
