import * as z from 'zod'
import { storedObject } from '../../platform/state/stored-schema.ts'

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
  boxes: z
    .array(
      storedObject({
        className: z.string(),
        left: z.number(),
        top: z.number(),
        width: z.number(),
        height: z.number(),
      }),
    )
    .optional(),
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
