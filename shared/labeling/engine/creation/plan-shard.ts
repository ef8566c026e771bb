import type { Shard } from '../shard.ts'
import type { TaskLine } from '../task-lines.ts'
import { BLOCK_LINES, SHARD_LINES, type Work } from '../work.ts'
import type { InputLine } from './input-lines.ts'

/** The lines of a shard: as the input manifest has them, and as `tasks.jsonl` gets them. */
export interface ShardLines {
  /** From 0. */
  readonly shard: number
  readonly input: readonly InputLine[]
  readonly tasks: readonly TaskLine[]
  /** Size of each line of `tasks.jsonl` in bytes, with its line end. */
  readonly taskBytes: readonly number[]
  /** Where the first of them begins in `tasks.jsonl`. */
  readonly taskStart: number
}

/**
 * Returns a new shard. One in which nobody is asked for any line is closed from the start, as no worker would ever close
 * it. Pure.
 */
export function planShard(
  { workId, createdAt }: Pick<Work, 'workId' | 'createdAt'>,
  { shard, input, tasks, taskBytes, taskStart }: ShardLines,
): Shard {
  const firstLine = shard * SHARD_LINES + 1
  const skipped = tasks.flatMap(({ key }, index) => (key === undefined ? [firstLine + index] : []))
  const blocks: Shard['blocks'] = []
  let start = taskStart
  for (let at = 0; at < taskBytes.length; at += BLOCK_LINES) {
    const end = taskBytes.slice(at, at + BLOCK_LINES).reduce((sum, bytes) => sum + bytes, start)
    blocks.push({ start, end })
    start = end
  }
  return {
    workId,
    shard,
    firstLine,
    lines: input.length,
    input: { start: input[0]?.start ?? 0, end: input.at(-1)?.end ?? 0 },
    blocks,
    skipped,
    leases: [],
    answers: {},
    handBacks: [],
    ...(skipped.length === input.length && { closed: { at: createdAt, because: 'complete' as const } }),
  }
}
