import * as z from 'zod'
import { ProblemState } from '../../../platform/state/common-states.ts'
import { recordType } from '../../../platform/state/record-type.ts'
import { storedObject } from '../../../platform/state/stored-schema.ts'
import { sum } from '../consolidation/weights.ts'
import { addChanges, LineChanges } from './compare-lines.ts'
import { CountersState } from './consolidation-state.ts'

/** A part of the output manifest that is written. */
const Part = storedObject({
  input: storedObject({ start: z.int(), end: z.int() }),
  /** Version of the part. */
  etag: z.string(),
  ...CountersState.shape,
})

/** The receipt of a chunk: what became of the lines of a shard. */
const AgainReceipt = storedObject({
  id: z.string(),
  shard: z.int(),
  /** Absent when the labels could not be made. */
  result: storedObject({ ...Part.shape, changes: LineChanges }).optional(),
  /** Why they could not. */
  problem: ProblemState.optional(),
  doneAt: z.string(),
})
export type AgainReceipt = z.infer<typeof AgainReceipt>

export const AGAIN_RECEIPT = recordType('the labels of a shard, made again', AgainReceipt)

/** The totals of the round. */
export const AgainTotals = storedObject({
  /** The parts of the output manifest, in order. */
  parts: z.array(storedObject({ shard: z.int(), ...Part.shape })),
  counters: CountersState,
  changes: LineChanges,
  /** Shards whose labels could not be made, and why for the first of them. */
  failedShards: z.int(),
  problem: ProblemState.optional(),
})
export type AgainTotals = z.infer<typeof AgainTotals>

/** Sums up the receipts of all shards. Pure. @param receipts in order of shards */
export function sumReceipts(receipts: readonly AgainReceipt[]): AgainTotals {
  const written = receipts.flatMap(({ shard, result }) => (result ? [{ shard, ...result }] : []))
  const total = (counter: keyof CountersState): number => sum(written.map((part) => part[counter]))
  const broken = receipts.filter(({ result }) => !result)
  const problem = broken[0]?.problem
  return {
    parts: written.map(({ changes: _, ...part }) => part),
    counters: {
      labeled: total('labeled'),
      failed: total('failed'),
      unlabeled: total('unlabeled'),
      disputed: total('disputed'),
      boxes: total('boxes'),
    },
    changes: addChanges(written.map(({ changes }) => changes)),
    failedShards: broken.length,
    ...(problem && { problem }),
  }
}
