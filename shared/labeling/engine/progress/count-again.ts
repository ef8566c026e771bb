import type { State } from '../../../platform/state/record.ts'
import { shardKey } from '../folders.ts'
import type { LineRules } from '../line-rules.ts'
import { isCollected } from '../opinions/is-collected.ts'
import type { Shard } from '../shard.ts'
import type { Work } from '../work.ts'
import { addSummaries, dropOldPeriods } from './add-summaries.ts'
import type { OpenShard, StoredProgress } from './progress-record.ts'
import { summarizeShard } from './shard-summary.ts'

/** A shard that was read; `found` is undefined when it is missing or damaged. */
export interface ReadShard {
  readonly shard: number
  readonly found: State<Shard> | undefined
}

/**
 * Returns the progress with other versions of some shards. A shard that has been closed and scored moves from the open ones
 * into the sum. Pure.
 * @param known what is stored; undefined to begin anew
 * @param read all shards that are new or have changed
 */
export function countAgain(
  work: Pick<Work, 'job' | 'workId' | 'end'> & LineRules,
  known: StoredProgress | undefined,
  read: readonly ReadShard[],
  now: Date,
): StoredProgress {
  const open: Record<string, OpenShard> = { ...known?.open }
  const closed = [...(known?.closed ?? [])]
  const closedSummaries = known ? [known.closedSum] : []
  for (const { shard, found } of read) {
    delete open[shard]
    if (!found) continue
    const summary = summarizeShard(found.value, work)
    if (isFinal(found.value, work)) {
      closed.push(shard)
      closedSummaries.push(summary)
    } else {
      open[shard] = { etag: found.etag, summary, leasesUntil: found.value.leases.map(({ until }) => until) }
    }
  }
  return {
    ...known,
    workId: work.workId,
    at: now.toISOString(),
    closed: closed.sort((left, right) => left - right),
    closedSum: dropOldPeriods(addSummaries(closedSummaries), now),
    open,
    unreadable: read.filter(({ found }) => !found).map(({ shard }) => shardKey(work, shard)),
  }
}

/** Whether nothing changes in a shard any more: it is closed, and its workers are scored, if there is anything to score. */
const isFinal = ({ closed, scores }: Shard, work: Pick<Work, 'workersPerObject' | 'end'>): boolean =>
  closed !== undefined && (scores !== undefined || !isCollected(work) || work.end !== undefined)
