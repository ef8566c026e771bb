import { isDeepStrictEqual } from 'node:util'
import type { BatchRequest } from '../contracts/batch.ts'
import type { Ports } from '../platform/ports.ts'
import { createState, replaceState, type State } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { ReadBudgetExceeded } from '../platform/storage/metered.ts'
import { MAX_READ_IN_CALL } from '../selection/box-files.ts'
import { chooseImages, failBatch } from '../selection/choose-images.ts'
import { decidePut, extendRun } from './decide-put.ts'
import { assertRunnable, planRun } from './pipeline/plan-run.ts'
import { enqueueRunBatch } from './record/messages.ts'
import { completeJob } from './record/request.ts'
import type { BatchState } from './record/state.ts'
import { batchKey, batchRef, findBatch, publishBatchEvents } from './record/store.ts'

/** The ports that this file uses. */
type Needs = Pick<
  Ports,
  | 'config'
  | 'objects'
  | 'uploads'
  | 'files'
  | 'messages'
  | 'bucket'
  | 'labeler'
  | 'workteams'
  | 'log'
  | 'metrics'
  | 'requestId'
  | 'now'
  | 'newId'
>

/** The batch after a PUT, and whether this call created it. `state` says whether a worker goes on with it. */
export interface PutBatch {
  readonly state: BatchState
  readonly outcome: 'created' | 'existing'
}

type Attempt = PutBatch | typeof CONFLICT

/**
 * Creates a batch: claims its name with one conditional write, then chooses the images, or lets a worker do it when there
 * is much to read or the run has more steps. Idempotent: the same request returns the batch as it is, and resumes it if
 * it was interrupted; one with a later `run` extends it.
 * @throws AppError `conflict` when another request has the name; every issue of the steps to come
 */
export function createBatch(batch: string, request: BatchRequest, ports: Needs): Promise<PutBatch> {
  return retryOnConflict<PutBatch>(batchKey(batch, ports), async () => {
    const decision = decidePut(batch, request, await findBatch(batch, ports))
    switch (decision.action) {
      case 'create':
        return create(batch, completeJob(request), ports)
      case 'publish':
        await publishBatchEvents(batch, decision.found, ports)
        return CONFLICT
      case 'select-again':
        return selectAgain(batch, decision.found, decision.request, ports)
      case 'resume':
        return resume(batch, decision.found, decision.request, ports)
    }
  })
}

async function create(batch: string, request: BatchRequest, ports: Needs): Promise<Attempt> {
  const { state, background } = await planRun(batch, request, ports)
  const created = await createState(batchRef(batch, ports), state, ports)
  return created ? { state: await select(batch, created, background, ports), outcome: 'created' } : CONFLICT
}

async function selectAgain(
  batch: string,
  { value, etag }: State<BatchState>,
  request: BatchRequest,
  ports: Needs,
): Promise<Attempt> {
  const { state, background } = await planRun(batch, request, ports)
  const again: BatchState = { ...state, createdAt: value.createdAt }
  const replaced = await replaceState(batchRef(batch, ports), { etag }, again, ports)
  return replaced ? { state: await select(batch, replaced, background, ports), outcome: 'existing' } : CONFLICT
}

async function resume(
  batch: string,
  { value, etag }: State<BatchState>,
  request: BatchRequest,
  ports: Needs,
): Promise<Attempt> {
  const state = extendRun(value, request, ports.newId())
  if (!isDeepStrictEqual(state, value)) {
    await assertRunnable(batch, state, ports)
    if (!(await replaceState(batchRef(batch, ports), { etag }, state, ports))) return CONFLICT
  }
  // The previous caller may have crashed before enqueueing the task.
  if (state.state === 'selecting' || state.run?.state === 'running') await enqueueRunBatch(batch, state, ports)
  return { state, outcome: 'existing' }
}

/** Chooses the images within the call, or enqueues that for a worker. */
async function select(batch: string, known: State<BatchState>, background: boolean, ports: Needs): Promise<BatchState> {
  if (background) {
    await enqueueRunBatch(batch, known.value, ports)
    return known.value
  }
  const { batchId } = known.value
  try {
    const chosen = await chooseImages(batch, batchId, ports, { budget: MAX_READ_IN_CALL, known })
    return await publishBatchEvents(batch, chosen, ports)
  } catch (error) {
    // Flags and skipped images can make the selection far larger than was estimated.
    if (error instanceof ReadBudgetExceeded) return select(batch, known, true, ports)
    await failBatch(batch, batchId, error, ports)
    throw error
  }
}
