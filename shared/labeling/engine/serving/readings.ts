import pLimit from 'p-limit'
import type { Reading } from '../../../contracts/labeling-task.ts'
import type { Ports } from '../../../platform/ports.ts'
import type { Opinion } from '../opinions/opinion.ts'
import { readOpinions } from '../opinions/read-opinions.ts'
import type { Shard } from '../shard.ts'
import type { Work } from '../work.ts'

/** Answers that are read side by side. */
const MAX_READS_IN_FLIGHT = 32

/**
 * Returns what workers have said about lines on which they differ, by line number, in the order of their pseudonyms, which
 * are left out: a reviewer is to look at the image, not at who is right most of the time.
 */
export async function readReadings(
  work: Work,
  shard: Shard,
  lines: readonly number[],
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<ReadonlyMap<number, Reading[]>> {
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  const read = lines.map(async (line) => {
    const { opinions } = await readOpinions(work, shard, line, limit, ports)
    const ordered = opinions.toSorted((one, other) => (one.worker < other.worker ? -1 : 1))
    return [line, ordered.flatMap(toReading)] as const
  })
  return new Map(await Promise.all(read))
}

/** Returns nothing for a worker who could not label the image. Pure. */
function toReading({ answer, verdict, boxes }: Opinion): Reading[] {
  if (verdict === 'correct' || verdict === 'incorrect') return [{ answer: verdict }]
  if (answer !== 'boxes') return []
  return boxes.length === 0 ? [{ answer: 'empty' }] : [{ answer: 'boxes', boxes: [...boxes] }]
}
