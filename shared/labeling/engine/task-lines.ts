import * as z from 'zod'
import type { Ports } from '../../platform/ports.ts'
import { storedObject } from '../../platform/state/stored-schema.ts'
import { readRange } from '../../platform/storage/stored-file.ts'
import { tasksKey } from './folders.ts'
import type { Shard } from './shard.ts'
import type { Work } from './work.ts'

const TaskLineBox = storedObject({
  className: z.string(),
  left: z.number(),
  top: z.number(),
  width: z.number(),
  height: z.number(),
})

/**
 * A line of `tasks.jsonl`, one for each line of the input manifest: what a worker sees, or why nobody is asked.
 */
const TaskLine = storedObject({
  /** Key of the image in the working bucket. Absent where nobody is asked. */
  key: z.string().optional(),
  /** In pixels as stored, before EXIF orientation. */
  width: z.int().optional(),
  height: z.int().optional(),
  /** Boxes to adjust or to verify. */
  boxes: z.array(TaskLineBox).optional(),
  /**
   * The boxes that are known to be right, by which answers are scored. Of classes that do not occur in it, nothing is known.
   * Workers never see it.
   */
  truth: z.array(TaskLineBox).optional(),
  /** The line was labeled before: the output manifest has it as it is. */
  alreadyLabeled: z.literal(true).optional(),
  /** Why nobody can be asked: the line ends as failed for this reason. */
  problem: z.string().optional(),
})
export type TaskLine = z.infer<typeof TaskLine>

/** Parses lines of the file; those that are no task are undefined. Pure. */
export const parseTaskLines = (bytes: Uint8Array): (TaskLine | undefined)[] =>
  Buffer.from(bytes).toString('utf8').split('\n').slice(0, -1).map(parseTaskLine)

function parseTaskLine(text: string): TaskLine | undefined {
  try {
    return TaskLine.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/**
 * Reads the tasks of a shard: one for each of its lines, undefined where it cannot be read, which is logged. The result
 * is written without them: then it lacks the sizes of images.
 */
export async function readTasks(
  work: Work,
  { blocks, lines }: Pick<Shard, 'blocks' | 'lines'>,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<readonly (TaskLine | undefined)[]> {
  const key = tasksKey(work)
  const [start = 0, end = 0] = [blocks[0]?.start, blocks.at(-1)?.end]
  const stored = await readRange(key, { start, end }, ports)
  const found = parseTaskLines(stored?.bytes ?? new Uint8Array())
  // With a line more or less, nobody knows which task belongs to which line.
  const tasks = found.length === lines ? found : Array.from({ length: lines }, () => undefined)
  if (tasks.includes(undefined)) ports.log.error('state.corrupt', { key })
  return tasks
}
