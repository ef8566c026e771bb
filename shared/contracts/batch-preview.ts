import * as z from 'zod'
import { BatchClass, Cost } from './batch.ts'
import { LabelingJobOutlook } from './labeling-job.ts'
import { RunStep } from './run.ts'
import { Warning } from './warning.ts'

/** What copying a batch takes, told before anything is copied: not its bytes, as no image is looked at before. */
export const CopyOutlook = z
  .object({
    images: z.int(),
    chunks: z.int().describe('Pieces that the work is cut into'),
    messages: z.int().describe('SQS messages: one that starts the round, one a chunk, and the event at the end'),
    sqsRequests: z.int().describe('Requests that send them, up to ten messages in each'),
    s3Requests: z
      .int()
      .describe(
        'S3 requests when every image is copied at the first try; an image that is there already takes one more',
      ),
  })
  .meta({ id: 'CopyOutlook', description: 'What copying takes, told before anything is copied.' })
export type CopyOutlook = z.infer<typeof CopyOutlook>

/** What the steps behind the choice of images would take. */
const RunOutlook = z
  .object({
    upTo: RunStep,
    steps: z.array(RunStep).describe('What is still to be done'),
    copy: CopyOutlook.optional().describe('What copying takes, at most'),
    manifest: z
      .object({ manifestUri: z.string(), lines: z.int().describe('At most: a line for each image with a good copy') })
      .optional(),
    labelingJob: LabelingJobOutlook.omit({ objectsFrom: true, alreadyLabeled: true })
      .extend({ job: z.string() })
      .optional()
      .describe('What the labeling job would be; objects, tasks and cost at most'),
  })
  .meta({ id: 'BatchRunOutlook', description: 'What the steps behind the choice of images would take.' })
export type RunOutlook = z.infer<typeof RunOutlook>

/** What a batch would be, told before anything is written. */
export const BatchOutlook = z
  .object({
    recipe: z.string(),
    imageCount: z
      .int()
      .optional()
      .describe(
        'Images that it would have, as `selected` and `shortBy`: only an index tells, and only where no flag is left out',
      ),
    classes: z.array(BatchClass.partial({ selected: true, shortBy: true })),
    warnings: z.array(Warning),
    cost: Cost.describe(
      'What choosing the images takes: about by scan, and where boxes with a flag are left out; exactly otherwise',
    ),
    background: z
      .boolean()
      .describe('Whether it goes on in the background, answered with 202, or is done within the call'),
    run: RunOutlook,
  })
  .meta({ id: 'BatchOutlook', description: 'What a batch would be, told before anything is written.' })
export type BatchOutlook = z.infer<typeof BatchOutlook>
