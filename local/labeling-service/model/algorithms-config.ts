import * as z from 'zod'
import { KmsKeyId, stringMatching } from './constraints.ts'

const VpcConfig = z.object({
  SecurityGroupIds: z
    .array(stringMatching('[-0-9a-zA-Z]+', 0, 32))
    .min(1)
    .max(5),
  Subnets: z
    .array(stringMatching('[-0-9a-zA-Z]+', 0, 32))
    .min(1)
    .max(16),
})

/** Settings of automated labeling. */
export const AlgorithmsConfig = z.object({
  LabelingJobAlgorithmSpecificationArn: stringMatching('arn:.*', 0, 2048),
  InitialActiveLearningModelArn: stringMatching(
    'arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:model/.*',
    20,
    2048,
  ).optional(),
  LabelingJobResourceConfig: z
    .object({ VolumeKmsKeyId: KmsKeyId.optional(), VpcConfig: VpcConfig.optional() })
    .optional(),
})
