import * as z from 'zod'
import { Count } from './fields.ts'
import { instant } from './instant.ts'
import { TaskBox } from './task-box.ts'

/** What a worker can answer to a task. */
export const ANSWERS = ['boxes', 'empty', 'correct', 'incorrect', 'cannot-tell', 'bad-image', 'declined'] as const
export type Answer = (typeof ANSWERS)[number]

/**
 * What a worker may be asked for besides an opinion: to decide where the opinions of others differ (`review`), or whether an
 * object lacks a box in what others have drawn (`check`).
 */
export const PURPOSES = ['review', 'check'] as const
export type Purpose = (typeof PURPOSES)[number]

/** Boxes of one answer. */
export const MAX_ANSWER_BOXES = 500
/** The body of an answer in bytes. */
export const MAX_ANSWER_BYTES = 256 * 1024
const MAX_COMMENT_CHARACTERS = 1000
const MAX_ID_CHARACTERS = 64
const MAX_TICKET_CHARACTERS = 1024
/** A week. */
const MAX_ACTIVE_MILLISECONDS = 7 * 24 * 3_600_000
/** How a box was drawn, for statistics: `drag`, `clicks`, `extreme-points`, `keys` … */
const DrawnHow = z.string().regex(/^[a-z][a-z-]{0,31}$/, 'must be 1 to 32 lower-case letters and hyphens')

/** A box of an answer. That its class is one of the job is checked together with everything else. */
const AnswerBox = z
  .strictObject({
    className: z.string().max(256).describe('A class of the job'),
    left: z.number().describe('In pixels of the image as stored'),
    top: z.number().describe('In pixels of the image as stored'),
    width: z.number().meta({ description: 'In pixels, above 0', exclusiveMinimum: 0 }),
    height: z.number().meta({ description: 'In pixels, above 0', exclusiveMinimum: 0 }),
    how: DrawnHow.optional().describe('How it was drawn, such as `drag`'),
  })
  .meta({
    id: 'AnswerBox',
    description: 'A box that a worker drew, in pixels of the image as stored, origin top left.',
  })

const SubmitId = z
  .string()
  .regex(/^[\w-]{8,64}$/, `must be 8 to ${MAX_ID_CHARACTERS} letters, digits, hyphens and underscores`)

/** The body of `PUT /v1/me/jobs/{job}/answers/{line}`. */
export const AnswerRequest = z
  .strictObject({
    ticket: z.string().min(1).max(MAX_TICKET_CHARACTERS).describe('The ticket of the task'),
    submitId: SubmitId.describe('Random id of this answer, by which a repeated request is recognized'),
    replaces: SubmitId.optional().describe(
      'The `submitId` of the answer that this one replaces: refused if the worker has given another answer since, such as in another tab. Without it, the latest answer is replaced',
    ),
    answer: z
      .enum(ANSWERS)
      .describe(
        '`boxes` or `empty` (nothing to label) when drawing or adjusting, `correct` or `incorrect` when verifying or checking; `cannot-tell`, `bad-image`, or `declined`, which leaves the task to others',
      ),
    boxes: z
      .array(AnswerBox)
      .max(MAX_ANSWER_BOXES)
      .optional()
      .describe('With the answer `boxes`: at least one. Boxes that exceed the image are cut.'),
    comment: z.string().max(MAX_COMMENT_CHARACTERS).optional().describe('A remark for the owner of the job'),
    activeMilliseconds: z
      .number()
      .min(0)
      .max(MAX_ACTIVE_MILLISECONDS)
      .optional()
      .describe('Time that the worker was active on the image, without pauses'),
  })
  .meta({ id: 'AnswerRequest', description: 'An answer to a task.' })
export type AnswerRequest = z.infer<typeof AnswerRequest>

/** The reply to an answer. */
export const AnswerReceipt = z
  .object({
    line: z.int().min(1).describe('Line of the input manifest, from 1'),
    answer: z.enum(ANSWERS),
    counted: z
      .boolean()
      .describe('Whether the answer is part of the result; false when it came too late, or was to practice'),
    revision: z.int().min(1).describe('1, or how often this worker has answered the task'),
    cutBoxes: Count.describe('Boxes that exceeded the image, and were cut'),
    practice: z.boolean().optional().describe('True for the answer to a practice image, which never counts'),
    truth: z.array(TaskBox).optional().describe('To practice: the boxes that are known to be right'),
    score: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe(
        'To practice: how well the boxes fit those of `truth`, 1 for exactly. Only classes that occur in `truth` are compared; an answer that says nothing of boxes has none',
      ),
  })
  .meta({ id: 'AnswerReceipt', description: 'What became of an answer.' })
export type AnswerReceipt = z.infer<typeof AnswerReceipt>

/** The number of a line in a path. */
export const LineNumber = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, 'must be the line of a task: 1 to 999999')
  .transform(Number)
  .meta({
    description: 'Line of the input manifest, from 1: `line` of the task',
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern
      Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: 999_999 })
    },
  })

/** The latest answer of a worker to a task. */
const OwnAnswer = z
  .object({
    line: z.int().min(1).describe('Line of the input manifest, from 1'),
    purpose: z
      .enum(PURPOSES)
      .optional()
      .describe('`review` for what a reviewer has decided, `check` for what was found in the boxes of others'),
    answer: z.enum(ANSWERS),
    boxes: z.array(TaskBox).optional(),
    comment: z.string().optional(),
    revision: z.int().min(1).describe('How often the worker has answered the task'),
    submittedAt: instant('When the answer came'),
  })
  .meta({ id: 'OwnAnswer', description: 'The latest answer of the worker to a task.' })

/** What a worker has answered in a block. */
export const OwnAnswers = z
  .object({
    items: z.array(OwnAnswer),
  })
  .meta({ id: 'OwnAnswers', description: 'What a worker has answered in a block: the latest answer to each task.' })
export type OwnAnswers = z.infer<typeof OwnAnswers>
