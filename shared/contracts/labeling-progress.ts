import * as z from 'zod'
import { Count } from './fields.ts'
import { instant } from './instant.ts'

/** Fields of a labeling job that only our own engine knows: counts of at most a minute ago. */
export const JobProgressFields = z.object({
  opinions: z
    .object({
      given: Count.describe('Answers that count, except `declined`'),
      needed: Count.describe('Answers that workers are still asked for'),
    })
    .meta({ id: 'OpinionCounts', description: 'Answers of workers to all objects.' })
    .describe(
      'Answers of workers to all objects, at most a minute old; those of a block are counted when it is handed back',
    ),
  disputes: z
    .object({
      undecided: Count.describe('Objects on which nobody has decided'),
      decided: Count.describe('Objects on which a reviewer has decided'),
    })
    .meta({ id: 'DisputeCounts', description: 'Objects on which workers differ.' })
    .describe(
      'Objects on which workers differ, or that lack a box: while a job runs, only with `"review": "disputes"`; when it has ended, of all that asked several workers, or checked the labels',
    ),
  checks: z
    .object({
      given: Count.describe('Checks that count, except `declined`'),
      needed: Count.describe('Objects that are to be checked, also those without all opinions'),
    })
    .meta({ id: 'CheckCounts', description: 'Checks whether any object of an image lacks a box.' })
    .describe('Only with `coverageCheck`: workers who say whether any object lacks a box'),
  blocksOut: Count.describe('Blocks of tasks that workers have now'),
  expiredLeases: Count.describe('Blocks that workers did not hand back in time, so that others could get them'),
  medianSecondsPerImage: z
    .number()
    .min(0)
    .describe('Median of the active time that a worker needs for an image, by the middle image of each block'),
  medianSecondsPerBox: z
    .number()
    .min(0)
    .describe('Median of the active time on an image, divided by the boxes that were drawn'),
  imageSwapP95Milliseconds: Count.describe(
    '95th percentile of the time that the page took to show the next image, as pages report it',
  ),
  estimatedEndAt: instant(
    'When the last answer is expected, from the answers of the last hour; absent when nobody has answered in it',
  ),
})

const Score = z.number().min(0).max(1)

/** Answers that were judged. */
const JudgedAnswers = z
  .object({
    judged: Count.describe('How many answers'),
    score: Score.describe(
      'Their mean score: twice the overlap of matching boxes, over the boxes of both sides; for `verify`, the share of the others with the same verdict',
    ),
  })
  .meta({ id: 'JudgedAnswers', description: 'Answers that were judged, and their mean score: 0 to 1.' })

/** A worker of a labeling job, and what the worker has done in it. */
export const JobWorker = z
  .object({
    worker: z.string().optional().describe('Name of the worker; absent once the worker was removed'),
    workerId: z.string().describe('Pseudonym of the worker, as the output of the job has it'),
    answers: Count.describe('Answers that count, except `declined`'),
    declined: Count.describe('Tasks that the worker has left to others'),
    reviews: Count.optional().describe('Disputed images that the worker has decided; absent for none'),
    checks: Count.optional().describe('Images of others that the worker has checked; absent for none'),
    blocks: Count.describe('Blocks that the worker has handed back in time'),
    blockSeconds: Count.describe('Time that the worker had these blocks, pauses included'),
    medianSecondsPerImage: z
      .number()
      .min(0)
      .optional()
      .describe('Median of the active time on an image, by the middle image of each block; absent while none is known'),
    medianSecondsPerBox: z
      .number()
      .min(0)
      .optional()
      .describe('Median of the active time on an image, divided by its boxes; absent while none is known'),
    score: Score.optional().describe(
      'Mean score of the judged answers, gold counted five times. Absent while none is judged',
    ),
    agreement: JudgedAnswers.optional().describe(
      'How well the answers agree with those of others to the same images; of images with three answers, or two that agree',
    ),
    gold: JudgedAnswers.optional().describe('How well the answers agree with boxes that are known'),
    drift: z
      .number()
      .min(-1)
      .max(1)
      .optional()
      .describe('By how much the latest quarter of the scores, of 20 answers at least, is above the earlier ones'),
    suspendedAt: instant(
      'When the worker stopped getting images, as the score was below 0.5 after 20 judged answers',
    ).optional(),
    lastSeen: instant('When the worker last got or handed back a block. Absent where that is not known').optional(),
  })
  .meta({ id: 'LabelingJobWorker', description: 'A worker of a labeling job, and what the worker has done in it.' })
export type JobWorker = z.infer<typeof JobWorker>
