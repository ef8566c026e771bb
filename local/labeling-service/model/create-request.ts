import * as z from 'zod'
import { AlgorithmsConfig } from './algorithms-config.ts'
import { KmsKeyId, matching, ResourceName, S3Uri, SnsTopicArn } from './constraints.ts'
import { HumanTaskConfig } from './human-task-config.ts'

const InputConfig = z.object({
  DataSource: z.object({
    S3DataSource: z.object({ ManifestS3Uri: S3Uri }).optional(),
    SnsDataSource: z.object({ SnsTopicArn }).optional(),
  }),
  DataAttributes: z
    .object({
      ContentClassifiers: z
        .array(z.enum(['FreeOfPersonallyIdentifiableInformation', 'FreeOfAdultContent']))
        .max(256)
        .optional(),
    })
    .optional(),
})

const OutputConfig = z.object({
  S3OutputPath: S3Uri,
  KmsKeyId: KmsKeyId.optional(),
  SnsTopicArn: SnsTopicArn.optional(),
})

const TAG_CHARACTERS = '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)'

/** Properties of characters need the flag that the other patterns must not have. */
const tagText = (least: number, most: number) =>
  z
    .string()
    .min(least)
    .max(most)
    .regex(new RegExp(`^${TAG_CHARACTERS}$`, 'u'), `Member must satisfy regular expression pattern: ${TAG_CHARACTERS}`)

/** What CreateLabelingJob takes: required members, lengths, ranges, patterns and enumerations of the API's model. */
export const CreateRequest = z.object({
  LabelingJobName: ResourceName,
  LabelAttributeName: matching('[a-zA-Z0-9](-*[a-zA-Z0-9]){0,126}', 1, 127),
  InputConfig,
  OutputConfig,
  RoleArn: matching('arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+', 20, 2048),
  LabelCategoryConfigS3Uri: S3Uri.optional(),
  StoppingConditions: z
    .object({
      MaxHumanLabeledObjectCount: z.int().min(1).optional(),
      MaxPercentageOfInputDatasetLabeled: z.int().min(1).max(100).optional(),
    })
    .optional(),
  LabelingJobAlgorithmsConfig: AlgorithmsConfig.optional(),
  HumanTaskConfig,
  Tags: z
    .array(z.object({ Key: tagText(1, 128), Value: tagText(0, 256) }))
    .max(50)
    .optional(),
})
export type CreateRequest = z.infer<typeof CreateRequest>
