import * as z from 'zod'
import type { BatchRequest } from '../../contracts/batch.ts'
import { MODES } from '../../contracts/built-in-functions.ts'
import { FLAG_NAMES } from '../../contracts/flags.ts'
import { BOXES_ATTRIBUTE } from '../../contracts/label-attribute.ts'
import { ENGINES } from '../../contracts/labeler.ts'
import { type CompleteJobRequest, REVIEWS } from '../../contracts/labeling-job-request.ts'
import { RUN_STEPS } from '../../contracts/run.ts'
import { storedEnum, storedObject } from '../../platform/state/stored-schema.ts'

const LABELING_JOB_FIELDS = {
  // Before there was another engine, all jobs were of SageMaker.
  engine: storedEnum(ENGINES).default('sagemaker'),
  workteamArn: z.string().optional(),
  labelAttributeName: z.string().optional(),
  mode: storedEnum(MODES).default('draw'),
  boxesFrom: z.union([z.literal('open-images'), storedObject({ job: z.string() })]).optional(),
  continueFrom: z.string().optional(),
  taskTitle: z.string().optional(),
  taskDescription: z.string().optional(),
  taskKeywords: z.array(z.string()).optional(),
  instructions: storedObject({ short: z.string().optional(), full: z.string().optional() }).optional(),
  workersPerObject: z.number().default(5),
  stopWhen: storedObject({ workers: z.number().optional(), agreeAt: z.number().optional() }).optional(),
  review: storedEnum(REVIEWS).optional(),
  coverageCheck: z.boolean().optional(),
  gold: storedObject({ share: z.number().optional(), practice: z.number().optional() }).optional(),
  taskTimeLimitSeconds: z.number().default(300),
  taskAvailabilitySeconds: z.number().optional(),
  maxConcurrentTasks: z.number().optional(),
  stoppingConditions: storedObject({
    maxHumanLabeledObjects: z.number().optional(),
    maxPercentageLabeled: z.number().optional(),
  }).optional(),
  publicTaskPrice: storedObject({
    dollars: z.number().optional(),
    cents: z.number().optional(),
    tenthFractionsOfACent: z.number().optional(),
  }).optional(),
  contentClassifiers: z.array(z.string()).optional(),
  roleArn: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
}

/** A {@link CompleteJobRequest} in a state object. */
export const LabelingJobRequestState: z.ZodType<CompleteJobRequest> = storedObject({
  batch: z.string(),
  ...LABELING_JOB_FIELDS,
})

/** A {@link BatchRequest} in a state object. */
export const BatchRequestState: z.ZodType<BatchRequest> = storedObject({
  dataset: z.string(),
  classNames: z.array(z.string()),
  examplesPerClass: z.int(),
  batchOffset: z.int().default(0),
  allocation: storedEnum(['disjoint', 'window']).default('disjoint'),
  skipImages: z.array(z.string()).default([]),
  excludeFlags: z.array(storedEnum(FLAG_NAMES)).default([]),
  includeParts: z.boolean().default(false),
  strategy: storedEnum(['auto', 'index', 'scan']).default('auto'),
  run: storedEnum(RUN_STEPS).default('select'),
  manifest: storedObject({
    boxes: storedEnum(['none', 'open-images']).default('none'),
    labelAttributeName: z.string().default(BOXES_ATTRIBUTE),
    verify: z.boolean().default(false),
    provenance: z.boolean().default(false),
  }).optional(),
  labelingJob: storedObject({ job: z.string().optional(), ...LABELING_JOB_FIELDS }).optional(),
})
