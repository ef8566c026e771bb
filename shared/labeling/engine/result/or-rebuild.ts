import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { shardKey } from '../folders.ts'
import { rebuildShard } from '../rebuild/rebuild-shard.ts'
import type { Work } from '../work.ts'

/**
 * Does something with a closed shard. One that is missing or damaged is made again first; nothing in it can change any
 * more.
 * @throws CorruptStateError when another object is missing or damaged
 */
export async function orRebuild<Value>(
  work: Work,
  shard: number,
  act: () => Promise<Value>,
  ports: Ports,
): Promise<Value> {
  const done = await readOrCorrupt(act())
  if (!(done instanceof CorruptStateError)) return done
  if (done.key !== shardKey(work, shard)) throw done
  const damage = done.etag === undefined ? undefined : done
  await rebuildShard(work, shard, { damage, isClosed: true }, ports)
  return await act()
}
