import * as z from 'zod'
import { ConsolidationRequest, ConsolidationView } from '../../shared/contracts/consolidation.ts'
import { JobName } from '../../shared/contracts/job-name.ts'
import { consolidate } from '../../shared/labeling/jobs/consolidate.ts'
import { RETRY_AFTER_SECONDS } from '../../shared/labeling/jobs/view.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { accepted, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/labeling-jobs/{job}/consolidate',
    operationId: 'consolidateLabelingJob',
    summary: 'Make labels of the answers of a job that has ended again, with other settings; its own result stays',
    scope: 'write',
    refuses: ['not-found', 'wrong-state', 'conflict', 'quota-reached'],
    permissions: [
      'readJobs',
      'readBatch',
      'listShards',
      'readLabelingWorks',
      'readShards',
      'readProgress',
      'writeProgress',
      'listConsolidations',
      'readConsolidations',
      'writeConsolidations',
      'sendTasks',
      'seeLabelingJobs',
    ],
    params: z.object({ job: JobName }),
    body: ConsolidationRequest,
    answers: { 200: ConsolidationView, 202: ConsolidationView },
  },
  async ({ params: { job }, body }, ports) => {
    const { isNew, view } = await consolidate(job, body, ports)
    const location = `/v1/labeling-jobs/${job}/consolidations/${view.name}`
    return isNew ? accepted(view, location, RETRY_AFTER_SECONDS) : ok(view)
  },
)

export const handler = lambda(endpoint, awsPorts)
