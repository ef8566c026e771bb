import * as z from 'zod'
import { recordType } from '../../../platform/state/record-type.ts'
import { storedObject } from '../../../platform/state/stored-schema.ts'

const ByteRange = storedObject({ start: z.int(), end: z.int() })

/** The receipt of a chunk: what became of the lines of a shard. */
const ShardReceipt = storedObject({
  workId: z.string(),
  shard: z.int(),
  /** Absent when the part could not be written. */
  result: storedObject({
    /** Its lines in the input manifest. */
    input: ByteRange,
    /** Version of its part of the output manifest. */
    etag: z.string(),
    labeled: z.int(),
    failed: z.int(),
    unlabeled: z.int(),
    /** Labeled lines on which workers differ. Absent in receipts of older versions. */
    disputed: z.int().optional(),
    /** Answers that count and could not be read. */
    lostAnswers: z.int(),
  }).optional(),
  /** Why it could not be written. */
  problem: z.string().optional(),
  doneAt: z.string(),
})
export type ShardReceipt = z.infer<typeof ShardReceipt>

export const SHARD_RECEIPT = recordType('the result of a shard', ShardReceipt)

/** A part of the output manifest that is written. */
const Part = storedObject({
  shard: z.int(),
  input: ByteRange,
  etag: z.string(),
  labeled: z.int(),
  failed: z.int(),
  disputed: z.int().optional(),
})
export type Part = z.infer<typeof Part>

/** The totals of the round. */
export const ResultTotals = storedObject({
  /** The parts of the output manifest, in order. */
  parts: z.array(Part),
  /** Answers that count and could not be read. */
  lostAnswers: z.int(),
  /** Shards whose part could not be written, and why for the first of them. */
  failedShards: z.int(),
  problem: z.string().optional(),
})
export type ResultTotals = z.infer<typeof ResultTotals>

/** Sums up the receipts of all shards. Pure. @param receipts in order of shards */
export function sumResults(receipts: readonly ShardReceipt[]): ResultTotals {
  const written = receipts.flatMap(({ shard, result }) => (result ? [{ shard, ...result }] : []))
  const broken = receipts.filter(({ result }) => !result)
  const problem = broken[0]?.problem
  return {
    parts: written.map(({ shard, input, etag, labeled, failed, disputed }) => ({
      shard,
      input,
      etag,
      labeled,
      failed,
      disputed,
    })),
    lostAnswers: written.reduce((sum, { lostAnswers }) => sum + lostAnswers, 0),
    failedShards: broken.length,
    ...(problem !== undefined && { problem }),
  }
}
