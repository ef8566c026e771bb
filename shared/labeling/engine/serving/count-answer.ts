import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { replaceState } from '../../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../../platform/state/retry-on-conflict.ts'
import { shardKey } from '../folders.ts'
import { judgeChanges, type KnownJudgments } from '../judging/judge-changes.ts'
import { orAskToRebuild } from '../rebuild/ask-to-rebuild.ts'
import { countedFor, readShard, type Shard, shardRef } from '../shard.ts'
import { toShard, type Work } from '../work.ts'
import { announceChanges } from './announce-changes.ts'
import { closeIfComplete, type FoundAnswer, withAnswer } from './shard-changes.ts'

type Needs = Pick<Ports, 'objects' | 'messages' | 'log' | 'newId' | 'now' | 'requestId'>

/**
 * Counts a stored answer in its shard.
 * @returns false when the shard is closed: the result may be written already
 * @throws CorruptStateError when the shard is missing or damaged; it is then being rebuilt
 */
export async function countAnswer(work: Work, answer: FoundAnswer, ports: Needs): Promise<boolean> {
  const number = toShard(answer.line)
  const known: KnownJudgments = new Map()
  const counting = retryOnConflict(shardKey(work, number), () => count(work, answer, known, ports))
  const counted = await orAskToRebuild(work, number, counting, ports)
  // The answer is stored, so it counts when the shard is made again; until then, nobody can say so.
  if (!counted)
    throw new CorruptStateError(shardKey(work, number), undefined, 'it is being rebuilt; repeat the request')
  await announceChanges(work, counted.before, counted.shard, ports)
  const { line, worker, revision, purpose } = answer
  return countedFor(counted.shard, line, purpose).some((one) => one.worker === worker && one.revision >= revision)
}

interface Counted {
  /** The shard as it was read. */
  readonly before: Shard
  readonly shard: Shard
}

/** Returns undefined when there is no such shard. */
async function count(
  work: Work,
  answer: FoundAnswer,
  known: KnownJudgments,
  ports: Needs,
): Promise<Counted | typeof CONFLICT | undefined> {
  const number = toShard(answer.line)
  const state = await readShard(work, number, ports)
  if (!state) return undefined
  const shard = state.value
  if (shard.closed) return { before: shard, shard }
  const judged = await judgeChanges(work, shard, withAnswer(shard, answer), known, ports)
  const next = closeIfComplete(judged, work, ports.now())
  if (next === shard) return { before: shard, shard }
  const written = await replaceState(shardRef(work, number), state, next, ports)
  return written ? { before: shard, shard: next } : CONFLICT
}
