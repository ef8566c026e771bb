import * as z from 'zod'
import { recordType } from '../../../platform/state/record-type.ts'
import { storedObject } from '../../../platform/state/stored-schema.ts'
import { progressKey, type WorkId } from '../folders.ts'
import { Summary } from './shard-summary.ts'

/** A shard in which people may still work. */
const OpenShard = storedObject({
  /** Version of the shard that was counted. */
  etag: z.string(),
  summary: Summary,
  /** When its leases end, RFC 3339. */
  leasesUntil: z.array(z.string()),
})
export type OpenShard = z.infer<typeof OpenShard>

/**
 * `…/progress.json`: counts of the shards at one moment. It can be made anew from them at any time. Closed shards, which
 * no longer change, are only in the sum. Each shard that is open has some hundred bytes for each worker in it, and as many for
 * each class that the worker has drawn.
 */
const StoredProgress = storedObject({
  workId: z.string(),
  /** When the shards were counted, RFC 3339. */
  at: z.string(),
  /** Numbers of the closed shards that are in `closedSum`. */
  closed: z.array(z.int()),
  closedSum: Summary,
  /** By number. */
  open: z.record(z.string(), OpenShard),
  /** Keys of the shards that are missing or damaged: they are in no count. */
  unreadable: z.array(z.string()),
})
export type StoredProgress = z.infer<typeof StoredProgress>

const PROGRESS = recordType('the progress of a labeling job', StoredProgress)

export const progressRef = (work: WorkId) => ({
  key: progressKey(work),
  type: PROGRESS,
  isOwn: ({ workId }: StoredProgress) => workId === work.workId,
})
