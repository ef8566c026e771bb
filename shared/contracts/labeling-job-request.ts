import * as z from 'zod'
import { BatchName } from './batch-name.ts'
import { MODES } from './built-in-functions.ts'
import { JobName } from './job-name.ts'
import { ENGINES, type Engine } from './labeler.ts'

/** Converts -0 to 0, as JSON does, so that a stored request equals the original. */
const Numeral = z.number().overwrite((value) => value + 0)

/** What becomes of images whose answers differ: nothing more, or workers with the role `review` decide. */
export const REVIEWS = ['none', 'disputes'] as const
export type Review = (typeof REVIEWS)[number]

/**
 * The body of `PUT /v1/labeling-jobs/{job}`. The schema checks types only. Preflight checks the rules of the engine
 * together with everything else, so that one response reports all issues.
 */
export const LabelingJobRequest = z
  .strictObject({
    batch: BatchName.describe('The batch whose images are labeled'),
    engine: z
      .enum(ENGINES)
      .optional()
      .describe(
        'Who gives the images to people: `groundwork` itself, or Amazon SageMaker Ground Truth (`sagemaker`). By default `sagemaker` with a `workteamArn`, otherwise `groundwork`',
      ),
    workteamArn: z
      .string()
      .optional()
      .describe(
        'Work team that labels: one of `GET /v1/workteams`, or a vendor or public team. Required by SageMaker, which alone has work teams',
      ),
    labelAttributeName: z
      .string()
      .optional()
      .describe(
        'Key of the labels in the output manifest. By default that of the continued job, otherwise `labels`; where the images have `labels` already, `adjusted` or `verified`',
      ),
    mode: z.enum(MODES).default('draw').describe('`draw` boxes, `adjust` existing ones, or `verify` them'),
    boxesFrom: z
      .union([
        z.literal('open-images').meta({ id: 'OpenImagesBoxes', description: 'The boxes of Open Images.' }),
        z
          .strictObject({ job: JobName.describe('A job on the same batch that has ended') })
          .meta({ id: 'BoxesOfJob', description: 'The boxes that another job has drawn or adjusted.' }),
      ])
      .optional()
      .describe(
        'The boxes to adjust or to verify: those of `open-images`, or those that another job has drawn or adjusted. By default those of the manifest, or of Open Images where it has none',
      ),
    continueFrom: JobName.optional().describe('A job that has ended; the new job labels what it left unlabeled'),
    taskTitle: z.string().optional().describe('Title that workers see in the list of tasks'),
    taskDescription: z.string().optional().describe('Description that workers see in the list of tasks'),
    taskKeywords: z
      .array(z.string())
      .optional()
      .describe('Keywords by which workers find the tasks; for SageMaker only'),
    instructions: z
      .strictObject({ short: z.string().optional(), full: z.string().optional() })
      .optional()
      .describe('Instructions for workers, as plain text'),
    workersPerObject: Numeral.optional().describe(
      'Workers that label each image: 1 to 9. By default 1, and 5 for a job at SageMaker or with `stopWhen`',
    ),
    stopWhen: z
      .strictObject({
        workers: Numeral.optional().describe('Workers that must agree: 2 to 9, by default 2'),
        agreeAt: Numeral.optional().describe(
          'Overlap (intersection over union) from which two boxes agree: 0.5 to 1, by default 0.85',
        ),
      })
      .optional()
      .describe(
        'Stop asking about an image when so many workers agree on every box and its class; `workersPerObject` is the most that are asked, by default 5 then. That there is nothing to label needs one more. Not for SageMaker',
      ),
    review: z
      .enum(REVIEWS)
      .optional()
      .describe(
        '`disputes`: workers with the role `review` decide where answers differ, and the job ends afterwards. `none`, the default: the job ends with a warning that counts the disputes. Not for SageMaker',
      ),
    coverageCheck: z
      .boolean()
      .optional()
      .describe(
        'Ask one more worker about each label whether any object lacks a box. Where one does, the image is disputed. In the mode `draw`. Not for SageMaker',
      ),
    gold: z
      .strictObject({
        share: Numeral.optional().describe(
          'Share of the images with a known answer that are scored: 0 to 1, by default 0.1',
        ),
        practice: Numeral.optional().describe(
          'Practice images that each worker begins with: 0 to 50, by default 5. Their answers never count',
        ),
      })
      .optional()
      .describe(
        'Use the boxes that Open Images has: score some images of the job by them, and let each worker begin with practice images whose boxes are shown afterwards. In the mode `draw`. Not for SageMaker',
      ),
    taskTimeLimitSeconds: Numeral.default(300).describe('Seconds that a worker has for a task'),
    taskAvailabilitySeconds: Numeral.optional().describe(
      'Seconds that the tasks are available to workers. By default 30 days; SageMaker has defaults of its own',
    ),
    maxConcurrentTasks: Numeral.optional().describe(
      'Maximum number of tasks that workers have at the same time; for SageMaker only',
    ),
    stoppingConditions: z
      .strictObject({
        maxHumanLabeledObjects: Numeral.optional().describe('Objects that people label before the job stops'),
        maxPercentageLabeled: Numeral.optional().describe(
          'Percentage of the objects that is labeled before the job stops',
        ),
      })
      .optional()
      .describe('Conditions that end the job early'),
    publicTaskPrice: z
      .strictObject({
        dollars: Numeral.optional().describe('Whole US dollars'),
        cents: Numeral.optional().describe('Whole cents'),
        tenthFractionsOfACent: Numeral.optional().describe('Tenths of a cent'),
      })
      .optional()
      .describe(
        'Price of a task, the sum of the three; required for the public work team of SageMaker, not allowed for others',
      ),
    contentClassifiers: z
      .array(z.string())
      .optional()
      .describe('Content classifiers; required for the public work team of SageMaker, for SageMaker only'),
    roleArn: z
      .string()
      .optional()
      .describe('ARN of the role that SageMaker assumes; one that the deployment allows. For SageMaker only'),
    tags: z.record(z.string(), z.string()).optional().describe('AWS tags of the job; for SageMaker only'),
  })
  .meta({
    id: 'LabelingJobRequest',
    description: 'The request for a labeling job. All issues are reported in one response.',
  })
export type LabelingJobRequest = z.infer<typeof LabelingJobRequest>

/** A request with the defaults that depend on its engine. */
export type CompleteJobRequest = LabelingJobRequest & { readonly engine: Engine; readonly workersPerObject: number }

const DEFAULT_WORKERS: Readonly<Record<Engine, number>> = { groundwork: 1, sagemaker: 5 }
/** The default of `workersPerObject` with `stopWhen`. */
const DEFAULT_MAX_WORKERS = 5

/** Fills in the engine, and the defaults that depend on it. Pure. */
export function completeRequest<Request extends Partial<LabelingJobRequest>>(
  request: Request,
): Request & Pick<CompleteJobRequest, 'engine' | 'workersPerObject'> {
  const engine = request.engine ?? (request.workteamArn === undefined ? 'groundwork' : 'sagemaker')
  const workers = request.stopWhen ? DEFAULT_MAX_WORKERS : DEFAULT_WORKERS[engine]
  return { ...request, engine, workersPerObject: request.workersPerObject ?? workers }
}
