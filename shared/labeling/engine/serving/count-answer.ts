import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { replaceState } from '../../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../../platform/state/retry-on-conflict.ts'
import { shardKey } from '../folders.ts'
import { judgeChanges } from '../judging/judge-changes.ts'
import { isFirstDispute } from '../line-rules.ts'
import { sendJudgeWorkers, sendShardClosed, sendTellOwner } from '../messages.ts'
import { orAskToRebuild } from '../rebuild/ask-to-rebuild.ts'
import { countedFor, readShard, type Shard, shardRef } from '../shard.ts'
import { makesSuspect } from '../suspension/poor-workers.ts'
import { toShard, type Work } from '../work.ts'
import { closeIfComplete, type FoundAnswer, withAnswer } from './shard-changes.ts'

type Needs = Pick<Ports, 'objects' | 'messages' | 'log' | 'newId' | 'now' | 'requestId'>

/**
 * Counts a stored answer in its shard.
 * @returns false when the shard is closed: the result may be written already
 * @throws CorruptStateError when the shard is missing or damaged; it is then being rebuilt
 */
export async function countAnswer(work: Work, answer: FoundAnswer, ports: Needs): Promise<boolean> {
  const number = toShard(answer.line)
  const counting = retryOnConflict(shardKey(work, number), () => count(work, answer, ports))
  const counted = await orAskToRebuild(work, number, counting, ports)
  // The answer is stored, so it counts when the shard is made again; until then, nobody can say so.
  if (!counted)
    throw new CorruptStateError(shardKey(work, number), undefined, 'it is being rebuilt; repeat the request')
  if (counted.isClosedNow) await sendShardClosed(work, number, ports)
  if (counted.isFirstDispute) await sendTellOwner(work, { isDisputed: true }, ports)
  if (counted.isSuspect) await sendJudgeWorkers(work, ports)
  const { line, worker, revision, purpose } = answer
  return countedFor(counted.shard, line, purpose).some((one) => one.worker === worker && one.revision >= revision)
}

interface Counted {
  readonly shard: Shard
  /** Whether it was closed by this answer. */
  readonly isClosedNow: boolean
  /** Whether it has a line for reviewers now, and had none before. */
  readonly isFirstDispute: boolean
  /** Whether it makes suspect now, and did not before, that the answers of some worker are too often wrong. */
  readonly isSuspect: boolean
}

const UNCHANGED = { isClosedNow: false, isFirstDispute: false, isSuspect: false }

/** Returns undefined when there is no such shard. */
async function count(work: Work, answer: FoundAnswer, ports: Needs): Promise<Counted | typeof CONFLICT | undefined> {
  const number = toShard(answer.line)
  const state = await readShard(work, number, ports)
  if (!state) return undefined
  const shard = state.value
  if (shard.closed) return { shard, ...UNCHANGED }
  const judged = await judgeChanges(work, shard, withAnswer(shard, answer), ports)
  const next = closeIfComplete(judged, work, ports.now())
  if (next === shard) return { shard, ...UNCHANGED }
  const written = await replaceState(shardRef(work, number), state, next, ports)
  if (!written) return CONFLICT
  return {
    shard: next,
    isClosedNow: next.closed !== undefined,
    isFirstDispute: isFirstDispute(shard, next, work),
    isSuspect: makesSuspect(shard, next, work),
  }
}
