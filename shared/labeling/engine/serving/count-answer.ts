import type { Ports } from '../../../platform/ports.ts'
import { updateState } from '../../../platform/state/compare-and-swap.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { shardKey } from '../folders.ts'
import { sendShardClosed } from '../messages.ts'
import { orAskToRebuild } from '../rebuild/ask-to-rebuild.ts'
import { countedAnswers, type Shard, shardRef } from '../shard.ts'
import { toShard, type Work } from '../work.ts'
import { closeIfComplete, type FoundAnswer, withAnswer } from './shard-changes.ts'

/**
 * Counts a stored answer in its shard.
 * @returns false when the shard is closed: the result may be written already
 * @throws CorruptStateError when the shard is missing or damaged; it is then being rebuilt
 */
export async function countAnswer(
  work: Work,
  answer: FoundAnswer,
  ports: Pick<Ports, 'objects' | 'messages' | 'log' | 'newId' | 'now' | 'requestId'>,
): Promise<boolean> {
  const number = toShard(answer.line)
  let isClosedNow = false
  const count = (shard: Shard): Shard | undefined => {
    isClosedNow = false
    if (shard.closed) return undefined
    const next = closeIfComplete(withAnswer(shard, answer), work, ports.now())
    isClosedNow = next.closed !== undefined
    return next === shard ? undefined : next
  }
  const updating = updateState(shardRef(work, number), count, ports)
  const state = await orAskToRebuild(work, number, updating, ports)
  // The answer is stored, so it counts when the shard is made again; until then, nobody can say so.
  if (!state) throw new CorruptStateError(shardKey(work, number), undefined, 'it is being rebuilt; repeat the request')
  if (isClosedNow) await sendShardClosed(work, number, ports)
  const { line, worker, revision } = answer
  return countedAnswers(state.value, line).some((one) => one.worker === worker && one.revision >= revision)
}
