import type { DeletionPreview } from '../contracts/batch.ts'
import { AppError } from '../contracts/errors.ts'
import { isFinalStatus } from '../contracts/labeler.ts'
import { findCopyRound } from '../copying/copy-progress.ts'
import { readEnd } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { replaceState } from '../platform/state/record.ts'
import { removeFolder } from '../platform/storage/remove-folder.ts'
import type { DeleteBatchMessage } from './record/messages.ts'
import { type BatchState, MAX_CREATING_MILLISECONDS } from './record/state.ts'
import { withRunStopped } from './record/stop-run.ts'
import { batchFolder, batchKey, findBatch, getBatch } from './record/store.ts'

/** As many objects as one call removes; more are left to a worker. */
const MAX_OBJECTS_IN_CALL = 1000

/** @throws AppError `not-found`; `wrong-state` while images are being chosen, copied or labeled */
export async function previewDeletion(batch: string, ports: Ports): Promise<DeletionPreview> {
  const { value } = await getBatch(batch, ports)
  return outlookOf(batch, value, ports)
}

async function outlookOf(batch: string, state: BatchState, ports: Ports): Promise<DeletionPreview> {
  await refuseBusy(batch, state, ports)
  const { objects, next } = await ports.objects.list(batchFolder(batch, ports), { limit: MAX_OBJECTS_IN_CALL })
  return {
    location: `s3://${ports.config.bucket}/${batchFolder(batch, ports)}`,
    objects: objects.length,
    bytes: objects.reduce((sum, { size }) => sum + size, 0),
    more: next !== undefined,
  }
}

/**
 * Deletes a batch with all that lies in its folder: at once, or by a worker when there is much.
 * @returns whether it is gone already
 * @throws AppError `not-found`; `wrong-state` while images are being chosen, copied or labeled
 */
export async function deleteBatch(batch: string, ports: Ports): Promise<{ gone: boolean }> {
  const { value, etag } = await getBatch(batch, ports)
  const { more } = await outlookOf(batch, value, ports)
  if (
    value.state !== 'deleting' &&
    !(await replaceState(ports, batchKey(batch, ports), etag, { ...withRunStopped(value, ports), state: 'deleting' }))
  )
    return deleteBatch(batch, ports)
  if (!more) {
    await removeBatch(batch, value.batchId, ports)
    return { gone: true }
  }
  const message: DeleteBatchMessage = {
    task: 'delete-batch',
    batch,
    batchId: value.batchId,
    requestId: ports.requestId,
  }
  await ports.messages.send('tasks', [message])
  return { gone: false }
}

/**
 * Removes what a batch that is being deleted has, its own state last, so that it can be gone on with at any point.
 * Where two do so, the slower one must not touch a batch that has been made anew since.
 */
export async function removeBatch(batch: string, batchId: string, ports: Ports): Promise<void> {
  const isStillCurrent = async (): Promise<boolean> => {
    const found = await findBatch(batch, ports)
    return found?.value.batchId === batchId && found.value.state === 'deleting'
  }
  if (!(await isStillCurrent())) return
  const own = batchKey(batch, ports)
  await removeFolder(batchFolder(batch, ports), ports, { keep: (key) => key === own, isStillCurrent })
  if (await isStillCurrent()) await ports.objects.remove([own])
}

async function refuseBusy(batch: string, state: BatchState, ports: Ports): Promise<void> {
  // Half of it may be gone, the end of its last round too: nothing of it runs.
  if (state.state === 'deleting') return
  if (state.state === 'selecting')
    throw new AppError(
      'wrong-state',
      `The images of "${batch}" are being chosen; wait until they are. Should that have stopped, repeating its PUT goes on.`,
    )
  const ref = await findCopyRound(batch, state, ports)
  if (ref && !(await readEnd(ref, ports)))
    throw new AppError(
      'wrong-state',
      `"${batch}" is being copied; DELETE /v1/batches/${batch}/copy cancels that first.`,
    )
  for (const { job, status, since } of state.labelingJobs ?? []) {
    if (isFinalStatus(status) || !(await isRunning(job, since, ports))) continue
    throw new AppError(
      'wrong-state',
      `The labeling job "${job}" works on "${batch}"; POST /v1/labeling-jobs/${job}/stop stops it, and it takes a while.`,
    )
  }
}

/** What was noted last may be old: the service knows. */
async function isRunning(job: string, since: string, { labeler, now }: Ports): Promise<boolean> {
  const live = await labeler.describe(job)
  // It is being created, or so new that the service does not find it yet.
  if (!live) return Date.parse(since) + MAX_CREATING_MILLISECONDS > now().getTime()
  return !isFinalStatus(live.status)
}
