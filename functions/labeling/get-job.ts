import * as z from 'zod'
import { JobName } from '../../shared/contracts/job-name.ts'
import { isFinalStatus } from '../../shared/contracts/labeler.ts'
import { LabelingJobView } from '../../shared/contracts/labeling-job.ts'
import { getJob } from '../../shared/labeling/jobs/get.ts'
import { RETRY_AFTER_SECONDS } from '../../shared/labeling/jobs/view.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { acceptedInBackground, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/labeling-jobs/{job}',
    operationId: 'getLabelingJob',
    summary: 'Get a labeling job with its status, counters and warnings',
    scope: 'read',
    refuses: ['not-found', 'quota-reached'],
    permissions: [
      'readJobs',
      'readBatch',
      'listShards',
      'readLabelingWorks',
      'readShards',
      'readProgress',
      'writeProgress',
      'seeLabelingJobs',
      'seeWorkteams',
    ],
    params: z.object({ job: JobName }),
    answers: { 200: LabelingJobView },
  },
  async ({ params: { job } }, ports) => {
    const view = await getJob(job, ports)
    return isFinalStatus(view.status) ? ok(view) : acceptedInBackground(view, RETRY_AFTER_SECONDS)
  },
)

export const handler = lambda(endpoint, awsPorts)
