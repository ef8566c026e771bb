import * as z from 'zod'
import { KmsKeyId, matching } from './constraints.ts'

const VpcConfig = z.object({
  SecurityGroupIds: z
    .array(matching('[-0-9a-zA-Z]+', 0, 32))
    .min(1)
    .max(5),
  Subnets: z
    .array(matching('[-0-9a-zA-Z]+', 0, 32))
    .min(1)
    .max(16),
})

/** How the service would label by itself. */
export const AlgorithmsConfig = z.object({
  LabelingJobAlgorithmSpecificationArn: matching('arn:.*', 0, 2048),
  InitialActiveLearningModelArn: matching(
    'arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:model/.*',
    20,
    2048,
  ).optional(),
  LabelingJobResourceConfig: z
    .object({ VolumeKmsKeyId: KmsKeyId.optional(), VpcConfig: VpcConfig.optional() })
    .optional(),
})
