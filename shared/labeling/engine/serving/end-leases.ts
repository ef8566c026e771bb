import type { Ports } from '../../../platform/ports.ts'
import { collectAnswers } from '../rebuild/collect-answers.ts'
import type { Shard, TaskLease } from '../shard.ts'
import type { Work } from '../work.ts'
import { findLeftAnswers } from './found-answers.ts'
import { endLease } from './shard-changes.ts'

/**
 * Ends leases of a shard. What was answered in time counts; the other lines come free.
 * @param isEnding selects the leases
 */
export async function endLeases(
  work: Work,
  before: Shard,
  isEnding: (lease: TaskLease) => boolean,
  now: Date,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<Shard> {
  const shard = await collectAnswers(work, before, now, ports)
  const ending = shard.leases.filter(isEnding)
  const found = await Promise.all(ending.map((lease) => findLeftAnswers(work, shard, lease, ports)))
  return ending.reduce((next, lease, index) => endLease(next, lease, found[index] ?? [], now), shard)
}
