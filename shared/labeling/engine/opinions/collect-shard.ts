import type { Ports } from '../../../platform/ports.ts'
import { updateState } from '../../../platform/state/compare-and-swap.ts'
import type { State } from '../../../platform/state/record.ts'
import { type ClosedShard, type Shard, shardRef } from '../shard.ts'
import { readTasks } from '../task-lines.ts'
import type { Work } from '../work.ts'
import type { ScoresByWorker } from '../worker-scores.ts'
import { collectOpinions } from './collect-opinions.ts'
import { OpinionsText, writeOpinions } from './opinions-file.ts'
import { ScoredLines } from './score-shard.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'log' | 'newId'>

/**
 * Collects what workers say about the lines of a closed shard: reads each answer, once, and stores all of them in one
 * object. What the label of a line becomes depends on what its workers are worth, which is known only when this was done
 * for all shards. The scores are added to the shard, of which nothing else changes any more.
 * @returns how well each worker agrees with the others
 * @throws CorruptStateError when the shard is lost or damaged
 */
export async function collectOnce(work: Work, state: State<ClosedShard>, ports: Needs): Promise<ScoresByWorker> {
  const shard = state.value
  if (shard.scores) return shard.scores
  const scores = await collectShard(work, shard, ports)
  const add = (current: Shard): Shard | undefined => (current.scores ? undefined : { ...current, scores })
  await updateState({ ...shardRef(work, shard.shard), known: state }, add, ports)
  return scores
}

async function collectShard(work: Work, shard: ClosedShard, ports: Needs): Promise<ScoresByWorker> {
  const tasks = await readTasks(work, shard, ports)
  const [text, scored] = [new OpinionsText(), new ScoredLines()]
  for await (const line of collectOpinions(work, shard, tasks, ports)) {
    text.add(line)
    scored.add(line, tasks[line.line - shard.firstLine]?.truth)
  }
  await writeOpinions(work, shard.shard, text.text, ports)
  return scored.score()
}
