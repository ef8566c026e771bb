import * as z from 'zod'
import { ConsolidationItem } from '../../shared/contracts/consolidation.ts'
import { JobName } from '../../shared/contracts/job-name.ts'
import { listConsolidations } from '../../shared/labeling/jobs/read-consolidations.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/labeling-jobs/{job}/consolidations',
    operationId: 'listConsolidations',
    summary: 'List the consolidations of a labeling job, sorted by name, to compare them',
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
      'listConsolidations',
      'readConsolidations',
      'seeLabelingJobs',
    ],
    params: z.object({ job: JobName }),
    paged: ConsolidationItem,
  },
  async ({ params: { job }, query }, ports) => ok(await listConsolidations(job, query, ports)),
)

export const handler = lambda(endpoint, awsPorts)
