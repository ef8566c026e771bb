import { DETAIL_TYPE, JobStateChange, recordStateChange } from '../../shared/labeling/jobs/job-changed.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { busLambda, rule as declare } from '../../shared/platform/event-bus/rule.ts'

export const rule = declare(
  {
    source: 'aws.sagemaker',
    detailType: DETAIL_TYPE,
    timeoutSeconds: 120,
    permissions: [
      'seeBucket',
      'readBatch',
      'readJobOutput',
      'readJobs',
      'writeBatch',
      'writeJobs',
      'sendEvents',
      'seeLabelingJobs',
    ],
    summary: 'Record the final status of a labeling job, and publish its event',
    event: JobStateChange,
  },
  recordStateChange,
)

export const handler = busLambda(rule, awsPorts)
