import type { LabelerProgress } from '../../../contracts/labeler.ts'
import type { Ports } from '../../../platform/ports.ts'
import type { Work, WorkEnd } from '../work.ts'
import { addSummaries } from './add-summaries.ts'
import { estimateEnd } from './estimate-end.ts'
import { findQuantile, mergeHistograms } from './log-histogram.ts'
import type { StoredProgress } from './progress-record.ts'
import { refreshProgress } from './refresh.ts'
import type { Summary, WorkerSummary } from './shard-summary.ts'

/** How far a job of our engine is. */
export interface WorkProgress {
  /** Lines that were labeled before are no objects of the job. */
  readonly counters: WorkEnd['counters']
  readonly details: LabelerProgress
  /** When something last happened, RFC 3339. */
  readonly updatedAt: string
  /** What each worker has done, by pseudonym. */
  readonly workers: Readonly<Record<string, WorkerSummary>>
}

/**
 * Returns how far a job is. While it runs, the counts are up to a minute old, and do not include the answers of blocks
 * that are still with a worker; when it has ended, the counters are those of its result.
 * @param isForced whether to count again also within the minute
 */
export const readProgress = async (
  work: Work,
  ports: Pick<Ports, 'objects' | 'log' | 'newId' | 'now'>,
  isForced = false,
): Promise<WorkProgress> => toWorkProgress(work, await refreshProgress(work, ports, isForced))

/** Returns how far a job is, as its shards say. Pure. */
function toWorkProgress(work: Work, stored: StoredProgress): WorkProgress {
  const open = Object.values(stored.open)
  const all = addSummaries([stored.closedSum, ...open.map(({ summary }) => summary)])
  const leases = open.flatMap(({ leasesUntil }) => leasesUntil)
  const blocksOut = leases.filter((until) => Date.parse(until) > Date.parse(stored.at)).length
  const counters = work.end?.counters ?? toCounters(work, all)
  return {
    counters,
    details: {
      opinions: { given: all.given, needed: all.needed },
      disputes: countDisputes(work, all),
      checks: all.checks,
      blocksOut,
      expiredLeases: all.expiredLeases + leases.length - blocksOut,
      medianSecondsPerImage: toSeconds(
        findQuantile(mergeHistograms(Object.values(all.workers).map((worker) => worker.imageMilliseconds)), 0.5),
      ),
      medianSecondsPerBox: toSeconds(findQuantile(all.boxMilliseconds, 0.5)),
      imageSwapP95Milliseconds: toWhole(findQuantile(all.swapMilliseconds, 0.95)),
      estimatedEndAt: work.end || work.stop ? undefined : estimateEnd(work, all, new Date(stored.at)),
      unreadable: stored.unreadable,
    },
    updatedAt: findLast([work.createdAt, work.stop?.at, ...Object.values(all.workers).map(({ lastSeen }) => lastSeen)]),
    workers: all.workers,
  }
}

/** While a job without reviewers runs, nobody counts. When a job has ended, its labels tell what nobody has decided. */
function countDisputes({ end }: Work, { disputes }: Summary): LabelerProgress['disputes'] {
  if (end?.disputed === undefined) return disputes
  return { undecided: end.disputed, decided: disputes?.decided ?? 0 }
}

/** The counters always add up to the objects of the job: lines of shards that cannot be read are unlabeled. */
function toCounters({ lines, alreadyLabeled }: Work, { labeled, failed, skipped }: Summary): WorkEnd['counters'] {
  const total = lines - alreadyLabeled
  const withoutPicture = Math.max(0, skipped - alreadyLabeled)
  return { labeled, failed: failed + withoutPicture, unlabeled: total - labeled - failed - withoutPicture }
}

/** Returns tenths of a second: the median is not more exact. */
export const toSeconds = (milliseconds: number | undefined): number | undefined =>
  milliseconds === undefined ? undefined : Math.round(milliseconds / 100) / 10

const toWhole = (value: number | undefined): number | undefined => (value === undefined ? undefined : Math.round(value))

const findLast = (times: readonly (string | undefined)[]): string =>
  times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1) ?? ''
