import type { Ports } from '../../../platform/ports.ts'
import type { Shard } from '../shard.ts'
import { isStopTimeOver } from '../stop-time.ts'
import type { Work } from '../work.ts'
import { findUncounted } from './stored-answers.ts'
import { withStoredAnswers } from './with-stored-answers.ts'

/**
 * Counts what was answered under leases that a rebuilt shard does not know of. Answers that come in time are acknowledged
 * without a look at their shard, so until the last of these leases has ended, only a listing tells. A shard that was not
 * rebuilt, or long ago, stays as it is, without a request.
 */
export async function collectAnswers(
  work: Work,
  shard: Shard,
  now: Date,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<Shard> {
  const { rebuilt, closed } = shard
  if (rebuilt?.leasesUntil === undefined || closed) return shard
  const { readable } = await findUncounted(work, shard, ports)
  const counted = withStoredAnswers(shard, readable)
  const isOver = Date.parse(rebuilt.leasesUntil) <= now.getTime() || isStopTimeOver(work, now)
  const { leasesUntil: _, ...settled } = rebuilt
  return isOver ? { ...counted, rebuilt: settled } : counted
}
