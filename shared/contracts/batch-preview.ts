import * as z from 'zod'
import { BatchClass, Recipe, SelectionCost } from './batch.ts'
import { MAX_CLASS_NAMES } from './class-summary.ts'
import { Count, S3Uri } from './fields.ts'
import { JobName } from './job-name.ts'
import { LabelingJobPreview } from './labeling-job.ts'
import { RUN_STEPS, RunStep } from './run.ts'
import { Warning } from './warning.ts'

/** Preview of copying a batch. It has no bytes, as no image is looked at. */
export const CopyPreview = z
  .object({
    images: Count.describe('Images of the batch'),
    chunks: Count.describe('Chunks that the images are divided into'),
    messages: Count.describe('SQS messages: one to start the round, one per chunk, one for the event'),
    sqsRequests: Count.describe('SQS requests, with up to ten messages each'),
    s3Requests: Count.describe(
      'S3 requests when every image is copied at the first attempt, and those that are verified have their copy; an image that is present takes one more, one whose copy is gone two, and a bucket without the CORS rule of pages one',
    ),
  })
  .meta({ id: 'CopyPreview', description: 'Preview of copying a batch; nothing is copied.' })
export type CopyPreview = z.infer<typeof CopyPreview>

/** Preview of the steps of a run. */
const RunPreview = z
  .object({
    upTo: RunStep,
    steps: z.array(RunStep).max(RUN_STEPS.length).describe('Steps that are still to do'),
    copy: CopyPreview.optional().describe('Cost of copying, at most'),
    manifest: z
      .object({ manifestUri: S3Uri, lines: Count.describe('At most: one line for each image with a good copy') })
      .optional(),
    labelingJob: LabelingJobPreview.omit({ objectsFrom: true, alreadyLabeled: true })
      .partial({ omittedCount: true, omittedByOutcome: true, omitted: true, extraLines: true })
      .extend({ job: JobName })
      .optional()
      .describe(
        'The labeling job; objects, tasks and cost are at most these. Which images it leaves out is known once they are copied',
      ),
  })
  .meta({ id: 'BatchRunPreview', description: 'Preview of the steps of a run; nothing is done.' })
export type RunPreview = z.infer<typeof RunPreview>

/** Preview of a batch. */
export const BatchPreview = z
  .object({
    recipe: Recipe,
    imageCount: Count.optional().describe(
      'Images that the batch would have. Present, like `selected` and `shortBy`, when an index is used and no flag is excluded',
    ),
    classes: z
      .array(
        BatchClass.partial({ selected: true, shortBy: true }).meta({
          id: 'BatchClassPreview',
          description: 'A requested class. What would be chosen of it is present if it is known.',
        }),
      )
      .max(MAX_CLASS_NAMES),
    warnings: z.array(Warning),
    cost: SelectionCost.describe(
      'Cost of choosing the images. An estimate for a scan, and when flags are excluded; otherwise exact',
    ),
    background: z.boolean().describe('Whether a worker would go on with it, so that the answer is 202'),
    run: RunPreview,
  })
  .meta({ id: 'BatchPreview', description: 'Preview of a batch; nothing is written.' })
export type BatchPreview = z.infer<typeof BatchPreview>
