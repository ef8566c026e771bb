import * as z from 'zod'
import { createBatch } from '../../shared/batches/create.ts'
import { previewBatch } from '../../shared/batches/preview.ts'
import { batchRetryAfterSeconds, isInBackground, toBatchView } from '../../shared/batches/view.ts'
import { BatchRequest, BatchView } from '../../shared/contracts/batch.ts'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { BatchPreview } from '../../shared/contracts/batch-preview.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { WHOLE_CPU_MEGABYTES } from '../../shared/platform/function-size.ts'
import { accepted, created, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'
import { BATCH_REFUSALS } from '../../shared/selection/plan.ts'

export const endpoint = route(
  {
    method: 'PUT',
    path: '/v1/batches/{batch}',
    operationId: 'createBatch',
    summary: 'Create a batch: choose its images, and run further steps',
    scope: 'write',
    refuses: BATCH_REFUSALS,
    permissions: [
      'listData',
      'readDataset',
      'readClasses',
      'readBoxes',
      'readBatch',
      'readImageLines',
      'readCopies',
      'writeBatch',
      'writeImageLines',
      'removeImageLines',
      'sendTasks',
      'sendEvents',
      'readImageList',
      'readManifest',
      'readJobs',
      'readLabelingWorks',
      'readShards',
      'listShards',
      'readProgress',
      'writeProgress',
      'readJobManifest',
      'readJobOutput',
      'seePages',
      'seeLabelingJobs',
      'seeWorkteams',
    ],
    // When only the labeling job is left to do, it reads all lines of the manifest, as labeling-create-job does.
    memoryMegabytes: WHOLE_CPU_MEGABYTES,
    params: z.object({ batch: BatchName }),
    query: ValidateOnlyQuery,
    body: BatchRequest,
    answers: { 200: z.union([BatchView, BatchPreview]), 201: BatchView, 202: BatchView },
  },
  async ({ params: { batch }, query: { validateOnly }, body }, ports) => {
    if (validateOnly) return ok(await previewBatch(batch, body, ports))
    const { state, outcome } = await createBatch(batch, body, ports)
    const view = await toBatchView(batch, state, ports, { isNew: outcome === 'created' })
    if (isInBackground(view)) return accepted(view, `/v1/batches/${batch}`, batchRetryAfterSeconds(view))
    return outcome === 'created' ? created(view, `/v1/batches/${batch}`) : ok(view)
  },
)

export const handler = lambda(endpoint, awsPorts)
