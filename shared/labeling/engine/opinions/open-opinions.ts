import type { Ports } from '../../../platform/ports.ts'
import { askedLines, type Shard } from '../shard.ts'
import type { TaskLine } from '../task-lines.ts'
import type { Work } from '../work.ts'
import { type CollectedLine, collectOpinions } from './collect-opinions.ts'
import { isCollected } from './is-collected.ts'
import { readOpinionsFile } from './opinions-file.ts'

/**
 * Yields what workers say about each line of a closed shard for which they were asked, in order: as it was collected, which
 * takes one request; otherwise from the answers. Where one worker labels each image, there is nothing to collect first.
 */
export async function* openOpinions(
  work: Work,
  shard: Shard,
  tasks: readonly (TaskLine | undefined)[],
  ports: Pick<Ports, 'config' | 'objects' | 'log'>,
): AsyncGenerator<CollectedLine> {
  const collected = isCollected(work) ? await readOpinionsFile(work, shard.shard, ports) : undefined
  const lines = askedLines(shard).map((line) => collected?.get(line))
  if (lines.every((line) => line !== undefined)) yield* lines
  else yield* collectOpinions(work, shard, tasks, ports)
}
