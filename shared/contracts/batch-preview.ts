import * as z from 'zod'
import { BatchClass, SelectionCost } from './batch.ts'
import { LabelingJobPreview } from './labeling-job.ts'
import { RunStep } from './run.ts'
import { Warning } from './warning.ts'

/** What copying a batch takes, told before anything is copied: not its bytes, as no image is looked at before. */
export const CopyPreview = z
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
  .meta({ id: 'CopyPreview', description: 'What copying takes, told before anything is copied.' })
export type CopyPreview = z.infer<typeof CopyPreview>

/** What the steps behind the choice of images would take. */
const RunPreview = z
  .object({
    upTo: RunStep,
    steps: z.array(RunStep).describe('What is still to be done'),
    copy: CopyPreview.optional().describe('What copying takes, at most'),
    manifest: z
      .object({ manifestUri: z.string(), lines: z.int().describe('At most: a line for each image with a good copy') })
      .optional(),
    labelingJob: LabelingJobPreview.omit({ objectsFrom: true, alreadyLabeled: true })
      .extend({ job: z.string() })
      .optional()
      .describe('What the labeling job would be; objects, tasks and cost at most'),
  })
  .meta({ id: 'BatchRunPreview', description: 'What the steps behind the choice of images would take.' })
export type RunPreview = z.infer<typeof RunPreview>

/** What a batch would be, told before anything is written. */
export const BatchPreview = z
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
    cost: SelectionCost.describe(
      'What choosing the images takes: about by scan, and where boxes with a flag are left out; exactly otherwise',
    ),
    background: z
      .boolean()
      .describe('Whether it goes on in the background, answered with 202, or is done within the call'),
    run: RunPreview,
  })
  .meta({ id: 'BatchPreview', description: 'What a batch would be, told before anything is written.' })
export type BatchPreview = z.infer<typeof BatchPreview>
