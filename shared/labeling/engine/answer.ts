import * as z from 'zod'
import { ANSWERS, PURPOSES } from '../../contracts/labeling-answer.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../../platform/state/stored-schema.ts'
import { type AnswerName, answerFile, answersFolder, type WorkId } from './folders.ts'
import { toBlock, toShard } from './work.ts'

/** A worker's answer to one task, as stored. It never changes. */
const StoredAnswer = storedObject({
  line: z.int(),
  /** The worker's pseudonym. */
  worker: z.string(),
  /** Absent for an opinion. */
  purpose: storedEnum(PURPOSES).optional(),
  /** Id of the lease under which the worker got the task. */
  lease: z.string(),
  /** By which a repeated request is recognized. */
  submitId: z.string(),
  answer: storedEnum(ANSWERS),
  /** In pixels as drawn, cut to the image. */
  boxes: z
    .array(
      storedObject({
        className: z.string(),
        left: z.number(),
        top: z.number(),
        width: z.number(),
        height: z.number(),
        how: z.string().optional(),
      }),
    )
    .optional(),
  comment: z.string().optional(),
  /** When the worker got the task, and when the answer came; RFC 3339. */
  acceptedAt: z.string(),
  submittedAt: z.string(),
  /** Time that the worker was active on the image, as the page says. */
  activeMilliseconds: z.number().optional(),
})
export type StoredAnswer = z.infer<typeof StoredAnswer>

export const ANSWER = recordType('an answer', StoredAnswer)

export const answerRef = (work: WorkId, name: AnswerName) => ({
  key: `${answersFolder(work, toShard(name.line), toBlock(name.line))}${answerFile(name)}`,
  type: ANSWER,
  isOwn: ({ line, worker, purpose }: StoredAnswer) =>
    line === name.line && worker === name.worker && purpose === name.purpose,
})
