import { ReadBudgetSpent } from '../bytes/counted.ts'
import type { Ports } from '../ports.ts'
import { createState, replaceState, type State } from '../state.ts'
import type { BatchRequest, BatchState } from './batch.ts'
import { MOST_IN_CALL } from './call-limits.ts'
import { chooseImages, failBatch } from './choose-images.ts'
import type { SelectBatchMessage } from './messages.ts'
import { planBatch, refuseOther } from './plan.ts'
import { batchKey, findBatch } from './store.ts'

export interface CreatedBatch {
  readonly state: BatchState
  /** `created`: by this call; `standing`: it was there; in both, `state` says whether a worker goes on. */
  readonly outcome: 'created' | 'standing'
}

/**
 * Makes a batch: claims the name with one conditional write, then chooses the images, or has a worker do it where
 * there is much to read. The same request again answers with the batch as it stands, and goes on where it had died.
 * @throws AppError `conflict` when another request has the name
 */
export async function createBatch(batch: string, request: BatchRequest, ports: Ports): Promise<CreatedBatch> {
  const found = await findBatch(batch, ports)
  if (!found) {
    const { state, background } = await planBatch(request, ports)
    if (!(await createState(ports, batchKey(batch, ports), state))) return createBatch(batch, request, ports)
    return { state: await chooseNowOrLater(batch, state, background, ports), outcome: 'created' }
  }
  const { value: state } = found
  refuseOther(batch, state, request)
  if (state.state === 'selected') return { state, outcome: 'standing' }
  if (state.state === 'failed') return chooseAgain(batch, found, request, ports)
  return { state: await chooseNowOrLater(batch, state, true, ports), outcome: 'standing' }
}

/** Plans a batch anew whose images could not be chosen: what it read may have been imported again since. */
async function chooseAgain(
  batch: string,
  { value, etag }: State<BatchState>,
  request: BatchRequest,
  ports: Ports,
): Promise<CreatedBatch> {
  const { state, background } = await planBatch(request, ports)
  const again: BatchState = { ...state, createdAt: value.createdAt }
  if (!(await replaceState(ports, batchKey(batch, ports), etag, again))) return createBatch(batch, request, ports)
  return { state: await chooseNowOrLater(batch, again, background, ports), outcome: 'standing' }
}

async function chooseNowOrLater(batch: string, state: BatchState, later: boolean, ports: Ports): Promise<BatchState> {
  const { batchId } = state
  if (later) {
    const message: SelectBatchMessage = { task: 'select-batch', batch, batchId, requestId: ports.requestId }
    await ports.messages.send('tasks', [message])
    return state
  }
  try {
    return (await chooseImages(batch, batchId, ports, MOST_IN_CALL)).value
  } catch (error) {
    // Flags and skipped images can make it far longer than was estimated.
    if (error instanceof ReadBudgetSpent) return chooseNowOrLater(batch, state, true, ports)
    await failBatch(batch, batchId, error, ports)
    throw error
  }
}
