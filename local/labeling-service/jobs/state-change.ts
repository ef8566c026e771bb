import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { FinalStatus } from '../model/job-status.ts'

/** The EventBridge event for a job that ended. It names the job only by its ARN, in lower case. */
export const LabelingJobStateChange = z.object({
  version: z.literal('0'),
  id: z.string(),
  'detail-type': z.literal('SageMaker Ground Truth Labeling Job State Change'),
  source: z.literal('aws.sagemaker'),
  account: z.string(),
  /** `2026-01-31T12:00:00Z` */
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  detail: z.object({ LabelingJobStatus: FinalStatus }),
})
export type LabelingJobStateChange = z.infer<typeof LabelingJobStateChange>

/** Receives the event of a job that ended, at least once. A rejection is retried with exponential backoff. */
export type OnStateChange = (event: LabelingJobStateChange) => Promise<void>

/** Creates the event for a job that ended. @param at milliseconds since 1970 */
export const toStateChange = (
  arn: string,
  status: FinalStatus,
  { region, account }: { readonly region: string; readonly account: string },
  at: number,
): LabelingJobStateChange => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
  source: 'aws.sagemaker',
  account,
  time: `${new Date(at).toISOString().slice(0, 19)}Z`,
  region,
  resources: [arn],
  detail: { LabelingJobStatus: status },
})
