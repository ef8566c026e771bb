import pLimit from 'p-limit'
import type { Ports } from '../../../platform/ports.ts'
import { writeFile } from '../../../platform/storage/stored-file.ts'
import { workerResponseKey } from '../result/output-keys.ts'
import { workerResponseFile } from '../result/worker-response.ts'
import { askedLines, type Shard } from '../shard.ts'
import type { TaskLine } from '../task-lines.ts'
import type { Work } from '../work.ts'
import { inOrder, lastTime } from './opinion.ts'
import { type LineOpinions, readOpinions } from './read-opinions.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'log'>

/** Lines whose answers are held at once. An answer has at most 256 KiB. */
const MAX_LINES_IN_FLIGHT = 16
/** Answers read, and responses written, at once. */
const MAX_REQUESTS_IN_FLIGHT = 32

/** What workers say about a line of a shard. */
export interface CollectedLine extends LineOpinions {
  /** From 1. */
  readonly line: number
}

/**
 * Yields what workers say about each line of a closed shard for which they were asked, in order, and writes the worker
 * responses. Both depend on the answers alone, so that they can be written again at any time. Holds 16 lines.
 * @param tasks of the lines of the shard, undefined where one cannot be read
 */
export async function* collectOpinions(
  work: Work,
  shard: Shard,
  tasks: readonly (TaskLine | undefined)[],
  ports: Needs,
): AsyncGenerator<CollectedLine> {
  const limit = pLimit(MAX_REQUESTS_IN_FLIGHT)
  const collect = async (line: number): Promise<CollectedLine> => {
    const found = await readOpinions(work, shard, line, limit, ports)
    const all = inOrder([found.opinions, found.review ?? [], found.check ?? []].flat())
    if (all.length > 0) {
      const key = workerResponseKey(work, line, lastTime(all), ports)
      await limit(() => writeFile(key, workerResponseFile(all, tasks[line - shard.firstLine], work), ports))
    }
    return { line, ...found }
  }
  const asked = askedLines(shard)
  for (let at = 0; at < asked.length; at += MAX_LINES_IN_FLIGHT)
    yield* await Promise.all(asked.slice(at, at + MAX_LINES_IN_FLIGHT).map(collect))
}
