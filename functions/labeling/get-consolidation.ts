import * as z from 'zod'
import { ConsolidationName, ConsolidationView } from '../../shared/contracts/consolidation.ts'
import { JobName } from '../../shared/contracts/job-name.ts'
import { getConsolidation } from '../../shared/labeling/jobs/read-consolidations.ts'
import { RETRY_AFTER_SECONDS } from '../../shared/labeling/jobs/view.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { acceptedInBackground, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/labeling-jobs/{job}/consolidations/{consolidation}',
    operationId: 'getConsolidation',
    summary:
      'Get a consolidation of a labeling job: settings, counters, and how its labels differ from those of the job',
    scope: 'read',
    refuses: ['not-found', 'wrong-state', 'quota-reached'],
    permissions: [
      'readJobs',
      'readBatch',
      'listShards',
      'readLabelingWorks',
      'readShards',
      'readProgress',
      'writeProgress',
      'readConsolidations',
      'seeLabelingJobs',
    ],
    params: z.object({ job: JobName, consolidation: ConsolidationName }),
    answers: { 200: ConsolidationView },
  },
  async ({ params: { job, consolidation } }, ports) => {
    const view = await getConsolidation(job, consolidation, ports)
    return view.state === 'running' ? acceptedInBackground(view, RETRY_AFTER_SECONDS) : ok(view)
  },
)

export const handler = lambda(endpoint, awsPorts)
