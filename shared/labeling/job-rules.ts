import * as z from 'zod'
import { LabelAttributeName } from '../contracts/label-attribute.ts'

const BLANK = 'must not be blank'

/** Instructions become part of the page that workers see. */
const Instructions = z
  .string()
  .regex(/\S/, BLANK)
  .regex(/^[\t\n\r\P{Cc}]*$/u, 'must not contain control characters other than tabs and line breaks')

/** The longest that tasks may be available to workers: 30 days. */
export const MAX_AVAILABILITY_SECONDS = 2_592_000

/**
 * The rules for the fields of all labeling jobs, each on its own. They are those of SageMaker, so that a request fits both
 * engines.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html
 */
export const JobRules = z.object({
  labelAttributeName: LabelAttributeName,
  taskTitle: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\t\n\r -\uD7FF\uE000-\uFFFD]*$/, 'must not contain emoji or control characters')
    .regex(/\S/, BLANK),
  taskDescription: z.string().min(1).max(255).regex(/^.+$/, 'must be a single line').regex(/\S/, BLANK),
  instructions: z.object({ short: Instructions.optional(), full: Instructions.optional() }).optional(),
  workersPerObject: z.int().min(1).max(9),
  stopWhen: z
    .object({ workers: z.int().min(2).max(9).optional(), agreeAt: z.number().min(0.5).max(1).optional() })
    .optional(),
  gold: z
    .object({ share: z.number().min(0).max(1).optional(), practice: z.int().min(0).max(50).optional() })
    .optional(),
  taskTimeLimitSeconds: z.int().min(30).max(28_800),
  taskAvailabilitySeconds: z.int().min(60).max(MAX_AVAILABILITY_SECONDS).optional(),
  stoppingConditions: z
    .object({
      maxHumanLabeledObjects: z.int().min(1).max(2_147_483_647).optional(),
      maxPercentageLabeled: z.int().min(1).max(100).optional(),
    })
    .refine((conditions) => Object.keys(conditions).length > 0, {
      error: 'must have maxHumanLabeledObjects or maxPercentageLabeled',
    })
    .optional(),
})
