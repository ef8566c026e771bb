import * as z from 'zod'
import { Count, WebUrl } from './fields.ts'
import { TaskBox } from './task-box.ts'

/** What a worker has said about an image on which workers differ. */
const Reading = z
  .object({
    answer: z.enum(['boxes', 'empty', 'correct', 'incorrect']),
    boxes: z.array(TaskBox).optional().describe('With the answer `boxes`'),
  })
  .meta({ id: 'Reading', description: 'What a worker has said about an image on which workers differ.' })
export type Reading = z.infer<typeof Reading>

/** An image for a worker. */
export const LabelingTask = z
  .object({
    line: z.int().min(1).describe('Line of the input manifest, from 1'),
    image: WebUrl.describe('Link to the image, valid for some minutes longer than the block'),
    width: z.int().min(1).describe('Width of the image as stored, before EXIF orientation'),
    height: z.int().min(1).describe('Height of the image as stored, before EXIF orientation'),
    boxes: z.array(TaskBox).optional().describe('Boxes to adjust, to verify, or to check'),
    readings: z
      .array(Reading)
      .optional()
      .describe(
        'The answers of the workers who disagree, in no particular order. The reviewer answers with one of them, or with other boxes',
      ),
    missing: z.boolean().optional().describe('For a reviewer: true when a check found an object without a box'),
    comment: z.string().optional().describe('With `missing`: the comment of the worker who checked'),
    check: z
      .enum(['coverage'])
      .optional()
      .describe(
        'Present in a coverage check: `boxes` is what others drew. Answer `correct` if every object of the classes has a box, otherwise `incorrect`, with an optional comment',
      ),
    ticket: z.string().describe('To be sent with the answer'),
    answered: z.boolean().optional().describe('True when this worker has answered the task already'),
  })
  .meta({ id: 'LabelingTask', description: 'An image to label.' })
export type LabelingTask = z.infer<typeof LabelingTask>

/** What the worker should do differently. */
const TaskHint = z
  .object({
    pattern: z
      .enum(['loose', 'tight', 'missed', 'extra'])
      .describe(
        '`loose`: an edge tends to be outside of the object; `tight`: inside of it; `missed`: objects are overlooked; `extra`: boxes are drawn where others see no object',
      ),
    className: z.string(),
    edge: z.enum(['left', 'top', 'right', 'bottom']).optional().describe('With `loose` and `tight`'),
    cases: z.int().min(3).describe('How often it was so'),
  })
  .meta({
    id: 'TaskHint',
    description: 'A habit that the worker should change, seen three times or more. It never names the images.',
  })
export type TaskHint = z.infer<typeof TaskHint>

const Work = z
  .object({
    state: z.literal('work'),
    block: z.string().describe('Names these tasks: send it as `finished` when all of them are answered'),
    practice: z
      .boolean()
      .optional()
      .describe('True when these are to practice: the answers never count, and the replies to them show what is right'),
    secondsLeft: Count.describe('Seconds until other workers may get the tasks without an answer'),
    tasks: z.array(LabelingTask),
    hints: z.array(TaskHint).optional().describe('What this worker should do differently, the most frequent first'),
  })
  .meta({ id: 'TasksToDo', description: 'Tasks for the worker.' })
const Wait = z
  .object({
    state: z.literal('wait'),
    retryAfterSeconds: z.int().min(1).describe('Seconds to wait before the next call'),
    reason: z.string().describe('Why there is no task now'),
  })
  .meta({ id: 'TasksLater', description: 'There is no task for the worker now.' })
const Done = z
  .object({ state: z.literal('done'), reason: z.string().describe('Why there are no more tasks') })
  .meta({ id: 'NoMoreTasks', description: 'There are no more tasks for the worker.' })

/** The reply of `next` and `renew`. */
export const NextTasks = z
  .discriminatedUnion('state', [Work, Wait, Done])
  .meta({ id: 'NextTasks', description: 'The next tasks of a worker, or why there are none.' })
export type NextTasks = z.infer<typeof NextTasks>

export const BlockName = z
  .string()
  .regex(/^(?:\d{1,4}-\d|practice)-[a-z0-9]{16}$/, 'must be the block of an earlier reply')

/** The body of `POST /v1/me/jobs/{job}/next`. */
export const NextRequest = z
  .strictObject({
    finished: BlockName.optional().describe('The block of the previous reply, when all its tasks are answered'),
    swapMilliseconds: z
      .number()
      .min(0)
      .max(600_000)
      .optional()
      .describe('Time that the page took to show the next image, in the 95th percentile of the finished block'),
  })
  .meta({ id: 'NextRequest', description: 'A request for tasks.' })
export type NextRequest = z.infer<typeof NextRequest>

/** The body of `POST /v1/me/jobs/{job}/renew`. */
export const RenewRequest = z
  .strictObject({ block: BlockName.describe('The block to go on with') })
  .meta({ id: 'RenewRequest', description: 'A request for more time, and for fresh links.' })
export type RenewRequest = z.infer<typeof RenewRequest>
