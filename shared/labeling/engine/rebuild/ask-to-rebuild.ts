import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { shardKey, type WorkId } from '../folders.ts'
import { sendRebuildShard } from '../messages.ts'

/**
 * Waits for what is done with a shard. One that turns out to be missing or damaged is named in the log, and the workers of
 * the queue are asked to make it again: a function that serves people has no right to read what that takes.
 * @param doing resolves to undefined when the shard is missing
 * @returns undefined when the shard is missing or damaged
 * @throws CorruptStateError when another object is
 */
export async function orAskToRebuild<Value>(
  work: WorkId,
  shard: number,
  doing: Promise<Value | undefined>,
  ports: Pick<Ports, 'log' | 'messages' | 'requestId'>,
): Promise<Value | undefined> {
  const key = shardKey(work, shard)
  const done = await readOrCorrupt(doing)
  if (done instanceof CorruptStateError && done.key !== key) throw done
  if (done !== undefined && !(done instanceof CorruptStateError)) return done
  ports.log.error('state.corrupt', { key })
  await sendRebuildShard(work, shard, ports)
  return undefined
}
