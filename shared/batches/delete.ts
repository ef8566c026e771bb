import type { DeletionPreview, DeletionReport } from '../contracts/deletion.ts'
import { toS3Uri } from '../contracts/s3-uri.ts'
import { readLastCopy } from '../copying/copy-progress.ts'
import { previewWorkRemoval, removeWork } from '../labeling/jobs/remove-work.ts'
import { awaitAll } from '../platform/await-all.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import { removeState, replaceState, type State } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { previewRemoval, removeOwn } from '../platform/storage/remove-own.ts'
import { removeFiles } from '../platform/storage/stored-file.ts'
import { assertIdle, assertSelected } from './assert-idle.ts'
import { listOwnJobs, ownObjects } from './own-objects.ts'
import type { DeleteBatchMessage } from './record/messages.ts'
import type { BatchState } from './record/state.ts'
import { withRunStopped } from './record/stop-run.ts'
import { batchFolder, batchKey, batchRef, findBatch, noBatch } from './record/store.ts'

/** The ports that this file uses. */
type Needs = Pick<
  Ports,
  'config' | 'objects' | 'files' | 'copier' | 'messages' | 'labeler' | 'log' | 'metrics' | 'requestId' | 'now' | 'newId'
>

/** Objects of the work of labeling jobs that are removed within a call, and by one message of a worker. */
const MAX_REMOVED_IN_CALL = 1000
const MAX_REMOVED_BY_MESSAGE = 20_000

/** A batch to delete: its state, or the version of it that cannot be read. */
type Doomed = State<BatchState> | CorruptStateError

/** What identifies a batch that is being deleted, so that one that was recreated is left alone. */
export type DoomedVersion = Pick<DeleteBatchMessage, 'batchId' | 'corruptEtag'>

/**
 * Previews what deleting a batch removes, and what stays because Groundwork did not write it; nothing is removed.
 * @throws AppError `not-found`; `wrong-state` while its images are chosen, copied or labeled
 */
export const previewDeletion = async (batch: string, ports: Needs): Promise<DeletionPreview> =>
  toDeletionPreview(batch, await findDoomed(batch, ports), ports)

async function findDoomed(batch: string, ports: Needs): Promise<Doomed> {
  const found = await readOrCorrupt(findBatch(batch, ports))
  if (!found) throw noBatch(batch)
  return found
}

const toState = (doomed: Doomed): BatchState | undefined =>
  doomed instanceof CorruptStateError ? undefined : doomed.value

/** Previews the deletion. A refusal waits for what was requested with it, and reads neither the image list nor images. */
async function toDeletionPreview(batch: string, doomed: Doomed, ports: Needs): Promise<DeletionPreview> {
  const state = toState(doomed)
  if (state) assertSelected(batch, state)
  const [preview, work] = await awaitAll([
    previewFolder(batch, state, ports),
    listOwnJobs(batch, state, ports).then((jobs) => previewWorkRemoval(jobs, ports)),
  ])
  const { objects, bytes, more } = preview
  return { ...preview, objects: objects + work.objects, bytes: bytes + work.bytes, more: more || work.more }
}

function previewFolder(batch: string, state: BatchState | undefined, ports: Needs): Promise<DeletionPreview> {
  const folder = batchFolder(batch, ports)
  if (!state) return previewRemoval(folder, ownObjects(batch, undefined, undefined, ports), ports)
  const copy = readLastCopy(batch, state, ports)
  const idle = awaitAll([assertIdle(batch, state, copy, ports), copy.round, copy.end])
  return previewRemoval(
    folder,
    idle.then(() => ownObjects(batch, state, copy, ports)),
    ports,
  )
}

/**
 * Deletes a batch, all that Groundwork wrote in its folder, and the work of its labeling jobs: within the call, or by a
 * worker when there are more than 1,000 objects. A
 * batch whose state cannot be read is deleted as well. Idempotent: it resumes a deletion that was interrupted.
 * @returns what was removed and what stays; `undefined` when a worker goes on
 * @throws AppError `not-found`; `wrong-state` while its images are chosen, copied or labeled
 */
export async function deleteBatch(batch: string, ports: Needs): Promise<DeletionReport | undefined> {
  const { version, doomed, more } = await markDeleting(batch, ports)
  const report = more ? undefined : await removeBatch(batch, version, MAX_REMOVED_IN_CALL, ports, doomed)
  if (report) return report
  const message: DeleteBatchMessage = { task: 'delete-batch', batch, ...version, requestId: ports.requestId }
  await ports.messages.send('tasks', [message])
  return undefined
}

interface MarkedBatch {
  readonly version: DoomedVersion
  readonly doomed: Doomed
  /** Whether there are more objects than a call removes. */
  readonly more: boolean
}

/** Marks an idle batch as `deleting`. From here on nothing else begins on it. */
const markDeleting = (batch: string, ports: Needs): Promise<MarkedBatch> =>
  retryOnConflict(batchKey(batch, ports), async () => {
    const doomed = await findDoomed(batch, ports)
    const { more } = await toDeletionPreview(batch, doomed, ports)
    if (doomed instanceof CorruptStateError) return { version: { corruptEtag: doomed.etag }, doomed, more }
    const { value } = doomed
    const version = { batchId: value.batchId }
    if (value.state === 'deleting') return { version, doomed, more }
    const deleting: BatchState = { ...withRunStopped(value, ports), state: 'deleting' }
    const marked = await replaceState(batchRef(batch, ports), doomed, deleting, ports)
    return marked ? { version, doomed: marked, more } : CONFLICT
  })

/** Goes on with a deletion, and sends the message again when more is left than one message removes. */
export async function resumeDeletion(message: DeleteBatchMessage, ports: Needs): Promise<void> {
  const report = await removeBatch(message.batch, message, MAX_REMOVED_BY_MESSAGE, ports)
  if (!report) await ports.messages.send('tasks', [message])
}

/**
 * Removes what Groundwork wrote for a batch that is being deleted: the work of its labeling jobs first, its image lists and
 * its state last, so that an interrupted removal can be resumed. Of two workers that do so, the slower one must not touch
 * a batch that was recreated since.
 * @param maxWorkObjects how many objects of the work of labeling jobs this call removes
 * @param known the batch as this call read or wrote it
 * @returns `undefined` when more of them are left: then nothing else is removed
 */
async function removeBatch(
  batch: string,
  version: DoomedVersion,
  maxWorkObjects: number,
  ports: Needs,
  known?: Doomed,
): Promise<DeletionReport | undefined> {
  const folder = batchFolder(batch, ports)
  let current = known ?? (await findVersion(batch, version, ports))
  if (!current) return { location: toS3Uri(folder, ports), removed: 0, kept: { objects: 0, keys: [] } }
  const state = toState(current)
  const work = await removeWork(await listOwnJobs(batch, state, ports), maxWorkObjects, ports)
  if (!work.isDone) return undefined
  const copy = state?.selection && readLastCopy(batch, state, ports)
  const isOwn = ownObjects(batch, state, copy, ports)
  const isStillCurrent = async (): Promise<boolean> => {
    current = await findVersion(batch, version, ports)
    return current !== undefined
  }
  const { records, ...report } = await removeOwn(folder, isOwn, { isRecord, isStillCurrent }, ports)
  const lists = records.filter(({ key }) => key !== batchKey(batch, ports))
  if (lists.length > 0 && (await isStillCurrent())) await removeFiles(lists, ports)
  const isGone = current !== undefined && (await removeRecord(batch, version, current, ports))
  return { ...report, removed: report.removed + work.removed + lists.length + Number(isGone) }
}

/** Removes the state of a batch, if it is still that batch. @param known as it was last read or written */
function removeRecord(
  batch: string,
  version: DoomedVersion,
  known: Doomed,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<boolean> {
  let first: Doomed | undefined = known
  return retryOnConflict(batchKey(batch, ports), async () => {
    const doomed = first ?? (await findVersion(batch, version, ports))
    first = undefined
    if (!doomed) return false
    return (await removeState(batchRef(batch, ports), { etag: doomed.etag ?? '' }, ports)) || CONFLICT
  })
}

/** The objects that say what else is to be removed. */
const isRecord = (name: string): boolean => /^(batch\.json|images[^/]*\.jsonl)$/.test(name)

/** Returns the batch that is to be removed, if it is still that one. */
async function findVersion(
  batch: string,
  { batchId, corruptEtag }: DoomedVersion,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<Doomed | undefined> {
  const found = await readOrCorrupt(findBatch(batch, ports))
  if (found instanceof CorruptStateError) return found.etag === corruptEtag ? found : undefined
  return found && found.value.batchId === batchId && found.value.state === 'deleting' ? found : undefined
}
