import type { BatchRequest } from '../contracts/batch.ts'
import type { BatchPreview } from '../contracts/batch-preview.ts'
import type { EngineNeeds } from '../labeling/jobs/engine-jobs.ts'
import type { Ports } from '../platform/ports.ts'
import { previewSelection } from '../selection/preview.ts'
import { extendRun, mergeRequest } from './decide-put.ts'
import { assertRunnable, planRun } from './pipeline/plan-run.ts'
import { previewRun } from './pipeline/preview-run.ts'
import { completeJob } from './record/request.ts'
import type { BatchState, SelectionResult } from './record/state.ts'
import { findBatch } from './record/store.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'files' | 'bucket' | 'workteams'>

/**
 * Previews a batch (dry run): does all checks and says what the batch would be. Nothing is written.
 * @throws AppError with every issue of the request; `conflict` when another request has the name
 */
export async function previewBatch(batch: string, request: BatchRequest, ports: Needs): Promise<BatchPreview> {
  const current = (await findBatch(batch, ports))?.value
  const merged = current ? mergeRequest(batch, current, request) : completeJob(request)
  if (current?.selection)
    return previewSelected(batch, extendRun(current, merged, ports.newId()), current.selection, ports)
  const planned = await planRun(batch, merged, ports)
  const selection = await previewSelection(planned, ports)
  return { ...selection, run: await previewRun(batch, planned.state, selection.imageCount, ports) }
}

/** Previews a batch whose images are chosen: they stay as they are. */
async function previewSelected(
  batch: string,
  state: BatchState,
  { imageCount, classes, cost, warnings }: SelectionResult,
  ports: Needs,
): Promise<BatchPreview> {
  await assertRunnable(batch, state, ports)
  const run = await previewRun(batch, state, imageCount, ports)
  const { recipe } = state
  const background = state.run?.state === 'running'
  return { recipe, imageCount, classes, cost, warnings: [...state.warnings, ...warnings], background, run }
}
