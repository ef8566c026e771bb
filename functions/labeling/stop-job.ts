import * as z from 'zod'
import { JobName } from '../../shared/contracts/job-name.ts'
import { StoppedJob } from '../../shared/contracts/labeling-job.ts'
import { stopJob } from '../../shared/labeling/jobs/stop.ts'
import { RETRY_AFTER_SECONDS } from '../../shared/labeling/jobs/view.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { accepted, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/labeling-jobs/{job}/stop',
    operationId: 'stopLabelingJob',
    summary: 'Stop a labeling job permanently; its labels are kept',
    scope: 'write',
    refuses: ['not-found', 'wrong-state', 'quota-reached'],
    permissions: [
      'readJobs',
      'readBatch',
      'listShards',
      'readLabelingWorks',
      'readShards',
      'readProgress',
      'writeProgress',
      'writeLabelingWorks',
      'sendTasks',
      'seeLabelingJobs',
      'stopLabelingJobs',
    ],
    params: z.object({ job: JobName }),
    answers: { 200: StoppedJob, 202: StoppedJob },
  },
  async ({ params: { job } }, ports) => {
    const { hasEnded, stopped } = await stopJob(job, ports)
    return hasEnded ? ok(stopped) : accepted(stopped, `/v1/labeling-jobs/${job}`, RETRY_AFTER_SECONDS)
  },
)

export const handler = lambda(endpoint, awsPorts)
