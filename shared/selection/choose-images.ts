import { copyKey } from '../batches/record/copy-key.ts'
import { type ImageLine, imagesPerChunk, toListedBoxes } from '../batches/record/image-list.ts'
import { abortRun } from '../batches/record/run.ts'
import { type BatchState, type SelectionResult, toCriteria } from '../batches/record/state.ts'
import {
  batchFailedEvent,
  batchKey,
  batchRef,
  findBatch,
  getBatch,
  publishBatchEvents,
  updateBatch,
} from '../batches/record/store.ts'
import { removeImageList, type StoredImageList, writeImageList } from '../batches/record/write-image-list.ts'
import type { UnusableIndexError } from '../box-index/unusable-index-error.ts'
import type { SelectionCost } from '../contracts/batch.ts'
import { AppError } from '../contracts/errors.ts'
import { toS3Uri } from '../contracts/s3-uri.ts'
import { toStoredProblem } from '../contracts/stored-problem.ts'
import type { Ports } from '../platform/ports.ts'
import { enqueueEvent, type PendingEvent } from '../platform/state/outbox.ts'
import { replaceState, type State } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { ReadBudgetExceeded, type ReadCost } from '../platform/storage/metered.ts'
import { isScanTooLarge, openBoxFile, withIndexOrScan } from './box-files.ts'
import { type SelectedImage, type Selection, select } from './engine/select.ts'
import { indexNotUsedWarning, toBatchClasses, toSelectionWarnings } from './outcome.ts'

/** The ports that this file uses. */
type Needs = Pick<
  Ports,
  'config' | 'objects' | 'uploads' | 'files' | 'messages' | 'metrics' | 'requestId' | 'now' | 'newId'
>

export interface ChoiceOptions {
  /** What may be read. */
  readonly budget?: Readonly<ReadCost> | undefined
  /** The batch as this call wrote it: it need not be read. */
  readonly known?: State<BatchState>
}

/**
 * Chooses a batch's images, writes their list, then marks the batch as `selected`. Leaves a batch alone that is not
 * `selecting`, or that was selected, deleted or recreated meanwhile.
 * @param options for a call that waits for the result
 * @returns the batch as it is afterwards
 * @throws AppError `source-changed` when the import's file was replaced; `not-found` when the batch is gone;
 *   `bad-source` when the request asks for an index that cannot be used
 * @throws ReadBudgetExceeded when it takes more than the budget
 */
export function chooseImages(
  batch: string,
  batchId: string,
  ports: Needs,
  { budget, known }: ChoiceOptions = {},
): Promise<State<BatchState>> {
  let first = known
  return retryOnConflict(batchKey(batch, ports), async () => {
    const found = first ?? (await getBatch(batch, ports))
    first = undefined
    const { state, batchId: currentId } = found.value
    if (currentId !== batchId || state !== 'selecting') return found
    const chosen = await selectAndStore(batch, found, ports, budget)
    if (chosen) {
      const selected = toSelected(batch, found.value, chosen, ports.now())
      const written = await replaceState(batchRef(batch, ports), found, selected, ports)
      if (written) return written
    }
    // The write loses against one that extends the run, and against a deletion.
    const current = await findBatch(batch, ports)
    const isOwn = current?.value.batchId === batchId
    if (isOwn && current.value.state === 'selecting') return CONFLICT
    // Nobody can select these images any more, and who deleted the batch may not have seen their list.
    if (!isOwn || current.value.state !== 'selected') await removeImageList(batch, batchId, ports)
    return current ?? (await getBatch(batch, ports))
  })
}

/** A selection whose images are stored. */
interface StoredSelection extends StoredImageList {
  readonly selection: Selection
  readonly cost: SelectionCost
  readonly unusable: UnusableIndexError | undefined
}

/** Selects the images and stores their list. Returns `undefined` when the batch changed meanwhile. */
async function selectAndStore(
  batch: string,
  { value, etag }: State<BatchState>,
  ports: Needs,
  budget: Readonly<ReadCost> | undefined,
): Promise<StoredSelection | undefined> {
  const startedAt = ports.now()
  const reading = { cost: { requests: 0, bytes: 0 }, budget }
  // The box file is opened while the index is, and awaited with the first read of either.
  const opening = openBoxFile(value, reading, ports)
  opening.catch(() => undefined)
  const { groupedByImage } = value.annotations
  const stored = await withIndexOrScan(value, reading, ports, async (index, unusable) => {
    if (unusable && budget && isScanTooLarge(value))
      throw new ReadBudgetExceeded('the index cannot be used, and a scan takes more')
    const selection = await select(await opening, toCriteria(value), { groupedByImage, index })
    const { imageCount } = selection
    const pages = () => toLines(batch, value, selection, ports)
    const images = await writeImageList(batch, { batchId: value.batchId, etag, imageCount, pages }, ports)
    const strategy: SelectionCost['strategy'] = index ? 'index' : 'scan'
    return { selection, strategy, unusable, images }
  })
  const { images, strategy, ...result } = stored
  const cost: SelectionCost = { strategy, ...reading.cost }
  recordMetrics(startedAt, cost, ports)
  return images && { ...images, ...result, cost }
}

async function* toLines(
  batch: string,
  state: BatchState,
  selection: Selection,
  ports: Pick<Ports, 'config'>,
): AsyncGenerator<ImageLine[]> {
  const toLine = ({ imageId, classNames, boxes }: SelectedImage): ImageLine => {
    const source = state.imageLocation.replaceAll('{imageId}', imageId)
    const destination = toS3Uri(copyKey(batch, { imageId, source }, ports), ports)
    return { imageId, classNames: [...classNames], source, destination, ...toListedBoxes(boxes) }
  }
  for await (const page of selection.pages()) yield page.map(toLine)
}

function recordMetrics(
  startedAt: Date,
  { strategy, requests, bytes }: SelectionCost,
  ports: Pick<Ports, 'metrics' | 'now'>,
): void {
  const milliseconds = ports.now().getTime() - startedAt.getTime()
  ports.metrics.record(
    { SelectionMilliseconds: milliseconds, SelectionRequests: requests, SelectionBytes: bytes },
    { strategy },
  )
}

/** Returns the batch as selected, with the event that says so in its outbox. Pure. */
function toSelected(batch: string, state: BatchState, chosen: StoredSelection, now: Date): BatchState {
  const { selection, cost, unusable, list, boxCount, chunkOffsets } = chosen
  const classes = toBatchClasses(state, selection.selectedPerClass)
  const result: SelectionResult = {
    imageCount: selection.imageCount,
    boxCount,
    list,
    chunkOffsets,
    classes,
    warnings: [
      ...toSelectionWarnings(state, classes, selection.unknownFlags),
      ...(unusable ? [indexNotUsedWarning(unusable.message)] : []),
    ],
    cost,
    chunkImages: imagesPerChunk(selection.imageCount),
  }
  const { problem: _, ...rest } = state
  const selectedAt = now.toISOString()
  const event: PendingEvent = {
    type: 'batch.selected',
    dedupKey: state.batchId,
    timestamp: selectedAt,
    data: {
      batch,
      batchId: state.batchId,
      dataset: state.request.dataset,
      imageCount: result.imageCount,
      boxCount: result.boxCount,
    },
  }
  return enqueueEvent({ ...rest, state: 'selected', selection: result, selectedAt }, event)
}

/** Records why a batch's images could not be chosen, and publishes `batch.failed`. The same request tries again. */
export async function failBatch(batch: string, batchId: string, error: unknown, ports: Needs): Promise<void> {
  const problem = toStoredProblem(
    error instanceof AppError ? error : new AppError('internal', 'An internal error occurred; see the log.'),
  )
  const at = ports.now().toISOString()
  const fail = (state: BatchState): BatchState | undefined => {
    if (state.batchId !== batchId || state.state !== 'selecting') return undefined
    const { run } = state
    const failed: BatchState = { ...state, state: 'failed', problem, ...(run && { run: abortRun(run, 'failed', at) }) }
    return enqueueEvent(failed, batchFailedEvent(batch, batchId, { step: 'select', dedupKey: batchId, at, problem }))
  }
  const failed = await updateBatch(batch, fail, ports)
  if (failed) await publishBatchEvents(batch, failed, ports)
  // From here on, nobody can select the images that an attempt may have listed.
  if (failed?.value.batchId === batchId && failed.value.state === 'failed') await removeImageList(batch, batchId, ports)
}
