import * as z from 'zod'
import { LambdaArn, S3Uri, stringMatching } from './constraints.ts'

const WorkteamArn = stringMatching('arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:workteam/.*', 0, 256)
const HumanTaskUiArn = stringMatching('arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:human-task-ui/.*', 1, 1024)

const AmountInUsd = z.object({
  Dollars: z.int().min(0).max(2).optional(),
  Cents: z.int().min(0).max(99).optional(),
  TenthFractionsOfACent: z.int().min(0).max(9).optional(),
})

/** Settings of the tasks for workers. */
export const HumanTaskConfig = z.object({
  WorkteamArn,
  UiConfig: z.object({ UiTemplateS3Uri: S3Uri.optional(), HumanTaskUiArn: HumanTaskUiArn.optional() }),
  PreHumanTaskLambdaArn: LambdaArn.optional(),
  TaskKeywords: z
    .array(stringMatching('[A-Za-z0-9]+( [A-Za-z0-9]+)*', 1, 30))
    .min(1)
    .max(5)
    .optional(),
  TaskTitle: stringMatching('[\\t\\n\\r -\\uD7FF\\uE000-\\uFFFD]*', 1, 128),
  TaskDescription: stringMatching('.+', 1, 255),
  NumberOfHumanWorkersPerDataObject: z.int().min(1).max(9),
  TaskTimeLimitInSeconds: z.int().min(30),
  TaskAvailabilityLifetimeInSeconds: z.int().min(60).optional(),
  MaxConcurrentTaskCount: z.int().min(1).max(5000).optional(),
  AnnotationConsolidationConfig: z.object({ AnnotationConsolidationLambdaArn: LambdaArn }).optional(),
  PublicWorkforceTaskPrice: z.object({ AmountInUsd: AmountInUsd.optional() }).optional(),
})
