import type { Ports } from '../../../platform/ports.ts'
import type { ClosedShard } from '../shard.ts'
import { readTasks } from '../task-lines.ts'
import type { Work } from '../work.ts'
import { collectOpinions } from './collect-opinions.ts'
import { OpinionsText, writeOpinions } from './opinions-file.ts'
import { ScoredLines, type ScoresByWorker } from './worker-scores.ts'

/** Whether the opinions on all lines are collected before labels are made of them. Pure. */
export const isCollected = ({ workersPerObject }: Pick<Work, 'workersPerObject'>): boolean => workersPerObject > 1

/**
 * Collects what workers say about the lines of a closed shard: reads each answer, once, and stores all of them in one
 * object. What the label of a line becomes depends on what its workers are worth, which is known only when this was done
 * for all shards. May be repeated.
 * @returns how well each worker agrees with the others
 */
export async function collectShard(
  work: Work,
  shard: ClosedShard,
  ports: Pick<Ports, 'config' | 'objects' | 'log'>,
): Promise<ScoresByWorker> {
  const tasks = await readTasks(work, shard, ports)
  const [text, scored] = [new OpinionsText(), new ScoredLines()]
  for await (const line of collectOpinions(work, shard, tasks, ports)) {
    text.add(line)
    scored.add(line)
  }
  await writeOpinions(work, shard.shard, text.text, ports)
  return scored.score(work)
}
