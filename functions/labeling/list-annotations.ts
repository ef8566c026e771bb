import * as z from 'zod'
import { JobName } from '../../shared/contracts/job-name.ts'
import { JobAnnotationsQuery, listAnnotations } from '../../shared/labeling/jobs/list-annotations.ts'
import { AnnotationItem } from '../../shared/manifests/output/annotations.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok, okWithLinks } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/labeling-jobs/{job}/annotations',
    operationId: 'listAnnotations',
    summary: 'List the annotations of a labeling job, one item per line of its output manifest',
    scope: 'read',
    refuses: ['not-found', 'wrong-state', 'source-changed', 'quota-reached'],
    permissions: [
      'readBatch',
      'readJobs',
      'listShards',
      'readLabelingWorks',
      'readShards',
      'readProgress',
      'writeProgress',
      'readJobOutput',
      'readConsolidations',
      'readConsolidationOutput',
      'seeLabelingJobs',
      'readCopiedImages',
      'readTestImages',
    ],
    params: z.object({ job: JobName }),
    query: JobAnnotationsQuery,
    paged: AnnotationItem,
  },
  async ({ params: { job }, query }, ports) => {
    const page = await listAnnotations(job, query, ports)
    return query.links ? okWithLinks(page) : ok(page)
  },
)

export const handler = lambda(endpoint, awsPorts)
