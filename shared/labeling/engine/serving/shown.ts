import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import type { LabelingTask, Reading } from '../../../contracts/labeling-task.ts'
import type { Ports } from '../../../platform/ports.ts'
import { compareText, pickBox } from '../consolidation/boxes.ts'
import { consolidateBoxes } from '../consolidation/consolidate-boxes.ts'
import { DEFAULT_SETTINGS, type Skills } from '../consolidation/settings.ts'
import { shardSkills } from '../judging/judgments.ts'
import type { Opinion } from '../opinions/opinion.ts'
import { findsMissing, type LineOpinions, readOpinions } from '../opinions/read-opinions.ts'
import type { Shard, TaskLease } from '../shard.ts'
import type { Work } from '../work.ts'

/** Answers that are read side by side. */
const MAX_READS_IN_FLIGHT = 32

/** What a worker is shown of the work of others. */
export type Shown = Pick<LabelingTask, 'readings' | 'missing' | 'comment' | 'check' | 'boxes'>

/** Returns what the worker of a lease is shown of the work of others, by line number: a read of each answer. */
export async function readShown(
  work: Work,
  shard: Shard,
  { lines, purpose }: Pick<TaskLease, 'lines' | 'purpose'>,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<ReadonlyMap<number, Shown>> {
  if (purpose === undefined) return new Map()
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  const skills = shardSkills(shard)
  const read = lines.map(async (line) => {
    const found = await readOpinions(work, shard, line, limit, ports)
    return [line, purpose === 'check' ? toCheckTask(found, skills) : toReadings(found, line)] as const
  })
  return new Map(await Promise.all(read))
}

/**
 * Returns what workers have said, in an order that is another one for each line: a reviewer is to look at the image, not at
 * who is right most of the time. Pure.
 */
function toReadings({ opinions, check }: LineOpinions, line: number): Shown {
  const toRank = ({ worker }: Opinion): string => createHash('sha256').update(`${line}\n${worker}`).digest('hex')
  const ordered = opinions.toSorted((one, other) => compareText(toRank(one), toRank(other)))
  const readings = ordered.flatMap(toReading)
  if (!findsMissing(check)) return { readings }
  return { readings, missing: true, ...(check?.comment !== undefined && { comment: check.comment }) }
}

/** Returns nothing for a worker who could not label the image. Pure. */
function toReading({ answer, verdict, boxes }: Opinion): Reading[] {
  if (verdict === 'correct' || verdict === 'incorrect') return [{ answer: verdict }]
  if (answer !== 'boxes') return []
  return boxes.length === 0 ? [{ answer: 'empty' }] : [{ answer: 'boxes', boxes: [...boxes] }]
}

/** Returns the boxes of the only label, or what becomes of several as far as the shard can tell. Pure. */
function toCheckTask({ opinions }: LineOpinions, skills: Skills): Shown {
  const labels = opinions.filter(({ answer }) => answer === 'boxes')
  const { boxes } = consolidateBoxes(labels, skills, DEFAULT_SETTINGS, undefined)
  return { check: 'coverage', boxes: boxes.map(pickBox) }
}
