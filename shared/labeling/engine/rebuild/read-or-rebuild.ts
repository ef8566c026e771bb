import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import type { State } from '../../../platform/state/record.ts'
import { CONFLICT } from '../../../platform/state/retry-on-conflict.ts'
import { shardKey } from '../folders.ts'
import { readShard, type Shard } from '../shard.ts'
import { hasShardEnd } from '../watch/shard-ends.ts'
import type { Work } from '../work.ts'
import { rebuildShard } from './rebuild-shard.ts'

/**
 * Reads a shard. One that is missing or damaged is made again.
 * @returns undefined when that is not possible, which is logged with what prevents it; {@link CONFLICT} when another
 *   function was faster
 */
export async function readOrRebuild(
  work: Work,
  number: number,
  ports: Pick<Ports, 'config' | 'objects' | 'files' | 'log' | 'newId' | 'now'>,
): Promise<State<Shard> | typeof CONFLICT | undefined> {
  const found = await readOrCorrupt(readShard(work, number, ports))
  if (found && !(found instanceof CorruptStateError)) return found
  const isClosed = await hasShardEnd(work, number, ports)
  const rebuilt = await readOrCorrupt(rebuildShard(work, number, { damage: found, isClosed }, ports))
  if (!(rebuilt instanceof CorruptStateError)) return rebuilt ?? CONFLICT
  for (const key of [shardKey(work, number), rebuilt.key]) ports.log.error('state.corrupt', { key })
  return undefined
}
