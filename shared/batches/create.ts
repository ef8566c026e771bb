import { isDeepStrictEqual } from 'node:util'
import type { BatchRequest } from '../contracts/batch.ts'
import type { Ports } from '../platform/ports.ts'
import { createState, replaceState, type State } from '../platform/state/record.ts'
import { ReadBudgetExceeded } from '../platform/storage/metered.ts'
import { MAX_READ_IN_CALL } from '../selection/call-limits.ts'
import { chooseImages, failBatch } from '../selection/choose-images.ts'
import { extendRun } from './extend-run.ts'
import { assertRunnable, planRun } from './pipeline/plan-run.ts'
import { enqueueRunBatch } from './record/messages.ts'
import { publishBatchEvents } from './record/outbox.ts'
import type { BatchState } from './record/state.ts'
import { batchKey, findBatch } from './record/store.ts'
import { sameRequest } from './same-request.ts'

export interface CreatedBatch {
  readonly state: BatchState
  /** `created`: by this call; `standing`: it was there; in both, `state` says whether a worker goes on. */
  readonly outcome: 'created' | 'standing'
}

/**
 * Makes a batch: claims the name with one conditional write, then chooses the images, or has a worker do it where
 * there is much to read or more to do behind that. The same request again answers with the batch as it stands, and goes
 * on where it had died; one with a later `run` goes further.
 * @throws AppError `conflict` when another request has the name; whatever can be wrong with any step that is to come
 */
export async function createBatch(batch: string, request: BatchRequest, ports: Ports): Promise<CreatedBatch> {
  const found = await findBatch(batch, ports)
  if (!found) {
    const { state, background } = await planRun(batch, request, ports)
    if (!(await createState(ports, batchKey(batch, ports), state))) return createBatch(batch, request, ports)
    return { state: await chooseNowOrLater(batch, state, background, ports), outcome: 'created' }
  }
  const said = sameRequest(batch, found.value, request)
  if (found.value.pendingEvents) {
    await publishBatchEvents(batch, found.value, ports)
    return createBatch(batch, request, ports)
  }
  if (found.value.state === 'failed') return chooseAgain(batch, found, said, ports)
  return goFurther(batch, found, said, ports)
}

/** Goes as far as the request says, which may be further than was said before; an earlier end changes nothing. */
async function goFurther(
  batch: string,
  { value, etag }: State<BatchState>,
  said: BatchRequest,
  ports: Ports,
): Promise<CreatedBatch> {
  const next = extendRun(value, said, ports.newId())
  if (!isDeepStrictEqual(next, value)) {
    await assertRunnable(batch, next, ports)
    if (!(await replaceState(ports, batchKey(batch, ports), etag, next))) return createBatch(batch, said, ports)
  }
  // Whoever was to go on may have died before a worker was told.
  if (next.state === 'selecting' || next.run?.state === 'running') await enqueueRunBatch(batch, next, ports)
  return { state: next, outcome: 'standing' }
}

/** Plans a batch anew whose images could not be chosen: what it read may have been imported again since. */
async function chooseAgain(
  batch: string,
  { value, etag }: State<BatchState>,
  request: BatchRequest,
  ports: Ports,
): Promise<CreatedBatch> {
  const { state, background } = await planRun(batch, request, ports)
  const again: BatchState = { ...state, createdAt: value.createdAt }
  if (!(await replaceState(ports, batchKey(batch, ports), etag, again))) return createBatch(batch, request, ports)
  return { state: await chooseNowOrLater(batch, again, background, ports), outcome: 'standing' }
}

async function chooseNowOrLater(batch: string, state: BatchState, later: boolean, ports: Ports): Promise<BatchState> {
  if (later) {
    await enqueueRunBatch(batch, state, ports)
    return state
  }
  return publishBatchEvents(batch, await chooseNow(batch, state, ports), ports)
}

async function chooseNow(batch: string, state: BatchState, ports: Ports): Promise<BatchState> {
  const { batchId } = state
  try {
    return (await chooseImages(batch, batchId, ports, MAX_READ_IN_CALL)).value
  } catch (error) {
    // Flags and skipped images can make it far longer than was estimated.
    if (error instanceof ReadBudgetExceeded) return chooseNowOrLater(batch, state, true, ports)
    await failBatch(batch, batchId, error, ports)
    throw error
  }
}
