import * as z from 'zod'
import { AlgorithmsConfig } from './algorithms-config.ts'
import { KmsKeyId, ResourceName, S3Uri, SnsTopicArn, stringMatching } from './constraints.ts'
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

/** Schema of tag keys and values. Unicode properties need the `u` flag, which the other patterns must not have. */
const tagText = (minLength: number, maxLength: number) =>
  z
    .string()
    .min(minLength)
    .max(maxLength)
    .regex(new RegExp(`^${TAG_CHARACTERS}$`, 'u'), `Member must satisfy regular expression pattern: ${TAG_CHARACTERS}`)

/** The CreateLabelingJob request: required members, lengths, ranges, patterns and enumerations of the API model. */
export const CreateRequest = z.object({
  LabelingJobName: ResourceName,
  LabelAttributeName: stringMatching('[a-zA-Z0-9](-*[a-zA-Z0-9]){0,126}', 1, 127),
  InputConfig,
  OutputConfig,
  RoleArn: stringMatching('arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+', 20, 2048),
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
