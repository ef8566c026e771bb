import * as z from 'zod'
import { JobName } from '../../shared/contracts/job-name.ts'
import { LabelingJobPreview, LabelingJobView } from '../../shared/contracts/labeling-job.ts'
import { LabelingJobRequest } from '../../shared/contracts/labeling-job-request.ts'
import { createJob } from '../../shared/labeling/jobs/create.ts'
import { getOwnJobView } from '../../shared/labeling/jobs/get.ts'
import { previewJob } from '../../shared/labeling/jobs/preview.ts'
import { RETRY_AFTER_SECONDS } from '../../shared/labeling/jobs/view.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { WHOLE_CPU_MEGABYTES } from '../../shared/platform/function-size.ts'
import { accepted, created, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'

export const endpoint = route(
  {
    method: 'PUT',
    path: '/v1/labeling-jobs/{job}',
    operationId: 'createLabelingJob',
    summary: 'Start a labeling job on the images of a batch',
    scope: 'write',
    refuses: ['not-found', 'conflict', 'wrong-state', 'bad-source', 'preflight-failed', 'quota-reached'],
    permissions: [
      'listCopies',
      'listManifests',
      'readBatch',
      'readImageLines',
      'readCopies',
      'readManifest',
      'readJobManifest',
      'readJobOutput',
      'readJobs',
      'readLabelingWorks',
      'readShards',
      'readTaskLines',
      'readProgress',
      'writeProgress',
      'listLabelingWork',
      'writeLabelingWorks',
      'writeTaskLines',
      'writePracticeImages',
      'writeShards',
      'removeLabelingWork',
      'writeJobIndex',
      'readCopiedImages',
      'sendTasks',
      'writeBatch',
      'writeJobManifest',
      'writeJobFiles',
      'writeJobs',
      'readJobFiles',
      'removeJobFiles',
      'removeJobs',
      'seePages',
      'allowPages',
      'createLabelingJobs',
      'seeLabelingJobs',
      'seeWorkteams',
      'passLabelingRoles',
      'sendEvents',
    ],
    // It reads the manifest twice, up to 100,000 lines with their boxes.
    memoryMegabytes: WHOLE_CPU_MEGABYTES,
    params: z.object({ job: JobName }),
    query: ValidateOnlyQuery,
    body: LabelingJobRequest,
    answers: { 200: z.union([LabelingJobView, LabelingJobPreview]), 201: LabelingJobView, 202: LabelingJobView },
  },
  async ({ params: { job }, query: { validateOnly }, body }, ports) => {
    if (validateOnly) return ok(await previewJob(job, body, ports))
    const { state, outcome } = await createJob(job, body, ports)
    const view = await getOwnJobView(state, ports)
    const location = `/v1/labeling-jobs/${job}`
    if (outcome === 'in-progress') return accepted(view, location, RETRY_AFTER_SECONDS)
    return outcome === 'created' ? created(view, location) : ok(view)
  },
)

export const handler = lambda(endpoint, awsPorts)
