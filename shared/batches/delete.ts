import type { DeletionPreview } from '../contracts/deletion.ts'
import { AppError } from '../contracts/errors.ts'
import { isFinalStatus } from '../contracts/labeler.ts'
import { toS3Uri } from '../contracts/s3-uri.ts'
import { findCopyRound } from '../copying/copy-progress.ts'
import { readEnd } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { replaceState } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { removeFolder } from '../platform/storage/remove-folder.ts'
import type { DeleteBatchMessage } from './record/messages.ts'
import { type BatchState, MAX_CREATING_MILLISECONDS } from './record/state.ts'
import { withRunStopped } from './record/stop-run.ts'
import { batchFolder, batchKey, batchRef, findBatch, getBatch } from './record/store.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'messages' | 'labeler' | 'requestId' | 'now' | 'newId'>

/** Maximum number of objects that a call removes itself; a worker removes more. */
const MAX_OBJECTS_IN_CALL = 1000

/**
 * Previews what deleting a batch removes; nothing is removed.
 * @throws AppError `not-found`; `wrong-state` while its images are chosen, copied or labeled
 */
export async function previewDeletion(batch: string, ports: Needs): Promise<DeletionPreview> {
  const { value } = await getBatch(batch, ports)
  return toDeletionPreview(batch, value, ports)
}

async function toDeletionPreview(batch: string, state: BatchState, ports: Needs): Promise<DeletionPreview> {
  await assertIdle(batch, state, ports)
  const { objects, next } = await ports.objects.list(batchFolder(batch, ports), { limit: MAX_OBJECTS_IN_CALL })
  return {
    location: toS3Uri(batchFolder(batch, ports), ports),
    objects: objects.length,
    bytes: objects.reduce((sum, { size }) => sum + size, 0),
    more: next !== undefined,
    kept: { objects: 0, keys: [] },
  }
}

/**
 * Deletes a batch and all that is in its folder: within the call, or by a worker when there is much. Idempotent: it
 * resumes a deletion that was interrupted.
 * @returns whether the batch is gone
 * @throws AppError `not-found`; `wrong-state` while its images are chosen, copied or labeled
 */
export async function deleteBatch(batch: string, ports: Needs): Promise<{ gone: boolean }> {
  const { batchId, more } = await markDeleting(batch, ports)
  if (!more) {
    await removeBatch(batch, batchId, ports)
    return { gone: true }
  }
  const message: DeleteBatchMessage = { task: 'delete-batch', batch, batchId, requestId: ports.requestId }
  await ports.messages.send('tasks', [message])
  return { gone: false }
}

/** Marks an idle batch as `deleting`. From here on nothing else begins on it. */
const markDeleting = (batch: string, ports: Needs): Promise<{ batchId: string; more: boolean }> =>
  retryOnConflict(batchKey(batch, ports), async () => {
    const { value, etag } = await getBatch(batch, ports)
    const { more } = await toDeletionPreview(batch, value, ports)
    const marked = { batchId: value.batchId, more }
    if (value.state === 'deleting') return marked
    const deleting: BatchState = { ...withRunStopped(value, ports), state: 'deleting' }
    return (await replaceState(batchRef(batch, ports), { etag }, deleting, ports)) ? marked : CONFLICT
  })

/**
 * Removes the objects of a batch that is being deleted, its state last, so that an interrupted removal can be resumed.
 * Of two workers that do so, the slower one must not touch a batch that was recreated since.
 */
export async function removeBatch(
  batch: string,
  batchId: string,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<void> {
  const isStillCurrent = async (): Promise<boolean> => {
    const found = await findBatch(batch, ports)
    return found?.value.batchId === batchId && found.value.state === 'deleting'
  }
  if (!(await isStillCurrent())) return
  const stateKey = batchKey(batch, ports)
  await removeFolder(batchFolder(batch, ports), ports, { keep: (key) => key === stateKey, isStillCurrent })
  if (await isStillCurrent()) await ports.objects.remove([{ key: stateKey }])
}

/** @throws AppError `wrong-state` when something works on the batch, saying how to stop it */
async function assertIdle(batch: string, state: BatchState, ports: Needs): Promise<void> {
  // Some objects may be gone already, the end of its last round among them. Nothing else works on the batch.
  if (state.state === 'deleting') return
  if (state.state === 'selecting')
    throw new AppError(
      'wrong-state',
      `The images of "${batch}" are being chosen; wait until that ends. If it was interrupted, repeat PUT /v1/batches/${batch} to resume.`,
    )
  const round = await findCopyRound(batch, state, ports)
  if (round && !(await readEnd(round, ports)))
    throw new AppError(
      'wrong-state',
      `"${batch}" is being copied. Cancel that first with DELETE /v1/batches/${batch}/copy.`,
    )
  for (const { job, status, since } of state.labelingJobs ?? []) {
    if (isFinalStatus(status) || !(await isJobRunning(job, since, ports))) continue
    throw new AppError(
      'wrong-state',
      `The labeling job "${job}" is running on "${batch}". Stop it first with POST /v1/labeling-jobs/${job}/stop.`,
    )
  }
}

/** Asks the labeling service, as the status in the batch may be outdated. */
async function isJobRunning(
  job: string,
  since: string,
  { labeler, now }: Pick<Ports, 'labeler' | 'now'>,
): Promise<boolean> {
  const live = await labeler.describe(job)
  // The job is being created, or is so new that the service does not list it yet.
  if (!live) return Date.parse(since) + MAX_CREATING_MILLISECONDS > now().getTime()
  return !isFinalStatus(live.status)
}
