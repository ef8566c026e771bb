import type { ImageLine } from '../batches/record/image-list.ts'
import { batchFailedEvent, publishBatchEvents } from '../batches/record/outbox.ts'
import { abortRun } from '../batches/record/run.ts'
import { type BatchState, type SelectionResult, toCriteria } from '../batches/record/state.ts'
import { batchKey, getBatch, imageKey, imagesKey, toS3Uri, updateBatch } from '../batches/record/store.ts'
import { guardVersion, SupersededError } from '../batches/record/superseded.ts'
import type { SelectionCost } from '../contracts/batch.ts'
import { AppError } from '../contracts/errors.ts'
import { toStoredProblem } from '../contracts/stored-problem.ts'
import { imagesPerChunk } from '../copying/plan-copies.ts'
import type { Ports } from '../platform/ports.ts'
import type { PendingEvent } from '../platform/state/outbox.ts'
import { enqueueEvent } from '../platform/state/outbox.ts'
import { replaceState, type State } from '../platform/state/record.ts'
import { ReadBudgetExceeded, type ReadCost } from '../platform/storage/metered.ts'
import { storeStream } from '../platform/storage/multipart.ts'
import { isScanTooLarge } from './call-limits.ts'
import { type SelectedImage, type Selection, select } from './engine/select.ts'
import { openBoxFile, withIndexOrScan } from './index-or-scan.ts'
import { indexNotUsedWarning, toBatchClasses, toSelectionWarnings } from './selected-classes.ts'

/**
 * Chooses a batch's images, writes `images.jsonl`, then the batch as `selected`. One that is chosen already, or that
 * somebody else chose, deleted or made anew meanwhile, is left alone.
 * @param most to read, where it is a call that waits
 * @throws AppError `source-changed` when the import's file was replaced; `not-found` when the batch is gone;
 *   `bad-source` when the request wants an index that cannot be used;
 *   ReadBudgetSpent when it takes more
 */
export async function chooseImages(
  batch: string,
  batchId: string,
  ports: Ports,
  most?: Readonly<ReadCost>,
): Promise<State<BatchState>> {
  const found = await getBatch(batch, ports)
  const { value } = found
  if (value.batchId !== batchId || value.state === 'selected' || value.state === 'deleting') return found
  // Its run can be asked to go further meanwhile: that changes it, and nothing of its choice.
  const standingOrAgain = async (): Promise<State<BatchState>> => {
    const standing = await getBatch(batch, ports)
    const isUnchosen = standing.value.batchId === batchId && standing.value.state === 'selecting'
    return isUnchosen ? chooseImages(batch, batchId, ports, most) : standing
  }
  const startedAt = ports.now()
  const reading = { cost: { requests: 0, bytes: 0 }, budget: most }
  const opening = openBoxFile(value, reading, ports)
  // It is opened beside the index, and awaited with what is read of that.
  opening.catch(() => undefined)
  const { groupedByImage } = value.annotations
  const chosen = await withIndexOrScan(value, reading, ports, async (index, unusable) => {
    if (unusable && most && isScanTooLarge(value))
      throw new ReadBudgetExceeded('the index that it would take less by cannot be used')
    const selection = await select(await opening, toCriteria(value), { groupedByImage, index })
    const strategy: SelectionCost['strategy'] = index ? 'index' : 'scan'
    return { selection, strategy, unusable, written: await writeImages(batch, found, selection, ports) }
  })
  const { selection, strategy, unusable, written } = chosen
  recordSelection(startedAt, { strategy, ...reading.cost }, ports)
  if (written === 'overtaken') return standingOrAgain()
  if (written === 'refused') return chooseImages(batch, batchId, ports, most)
  const classes = toBatchClasses(value, selection.selectedPerClass)
  const result: SelectionResult = {
    imageCount: selection.imageCount,
    ...written,
    classes,
    warnings: [
      ...toSelectionWarnings(value, classes, selection.unknownFlags),
      ...(unusable ? [indexNotUsedWarning(unusable.message)] : []),
    ],
    cost: { strategy, ...reading.cost },
    chunkImages: imagesPerChunk(selection.imageCount),
  }
  const { problem: _, ...rest } = value
  const selectedAt = ports.now().toISOString()
  const selected: BatchState = { ...rest, state: 'selected', selection: result, selectedAt }
  await replaceState(ports, batchKey(batch, ports), found.etag, enqueueEvent(selected, selectedEvent(batch, selected)))
  return standingOrAgain()
}

function recordSelection(startedAt: Date, { strategy, requests, bytes }: SelectionCost, { metrics, now }: Ports): void {
  const milliseconds = now().getTime() - startedAt.getTime()
  metrics.record(
    { SelectionMilliseconds: milliseconds, SelectionRequests: requests, SelectionBytes: bytes },
    { strategy },
  )
}

const selectedEvent = (batch: string, { batchId, request, selection, selectedAt = '' }: BatchState): PendingEvent => ({
  type: 'batch.selected',
  dedupKey: batchId,
  timestamp: selectedAt,
  data: {
    batch,
    batchId,
    dataset: request.dataset,
    imageCount: selection?.imageCount,
    boxCount: selection?.boxCount,
  },
})

/** Writes down why a batch's images could not be chosen, and tells it; the same request tries again. */
export async function failBatch(batch: string, batchId: string, error: unknown, ports: Ports): Promise<void> {
  const problem = toStoredProblem(
    error instanceof AppError ? error : new AppError('internal', 'Something failed on our side; the log says what.'),
  )
  const at = ports.now().toISOString()
  const fail = (state: BatchState): BatchState | undefined => {
    if (state.batchId !== batchId || state.state !== 'selecting') return undefined
    const { run } = state
    const failed: BatchState = { ...state, state: 'failed', problem, ...(run && { run: abortRun(run, 'failed', at) }) }
    return enqueueEvent(failed, batchFailedEvent(batch, batchId, { step: 'select', dedupKey: batchId, at, problem }))
  }
  const state = await updateBatch(batch, fail, ports)
  if (state) await publishBatchEvents(batch, state, ports)
}

/**
 * Streams the images to `images.jsonl` and notes where each chunk of them begins. It replaces what stood there before
 * the batch was last looked at, and nothing else: who was slow cannot write into a batch that was made anew since.
 * @returns `overtaken`, with nothing written, when the batch changed while its images were read; `refused` when
 *   `images.jsonl` did
 */
async function writeImages(
  batch: string,
  { value: state, etag }: State<BatchState>,
  selection: Selection,
  ports: Ports,
): Promise<{ boxCount: number; chunkOffsets: number[] } | 'overtaken' | 'refused'> {
  const key = imagesKey(batch, ports)
  const before = await ports.objects.get(key, { start: 0, end: 1 })
  const chunkImages = imagesPerChunk(selection.imageCount)
  const chunkOffsets: number[] = []
  let boxCount = 0
  let images = 0
  let bytes = 0
  async function* lines(): AsyncGenerator<Uint8Array> {
    for await (const page of selection.pages()) {
      for (const image of page) {
        const line = Buffer.from(`${JSON.stringify(lineOf(batch, state, image, ports))}\n`)
        if (images % chunkImages === 0) chunkOffsets.push(bytes)
        images += 1
        bytes += line.length
        boxCount += image.boxes.length
        yield line
      }
    }
  }
  try {
    const standing = guardVersion(lines(), batch, (found) => found.etag === etag, ports)
    const condition = before ? { etag: before.etag } : { absent: true as const }
    const isStored = await storeStream(key, standing, ports, condition)
    return isStored ? { boxCount, chunkOffsets: [...chunkOffsets, bytes] } : 'refused'
  } catch (error) {
    if (error instanceof SupersededError) return 'overtaken'
    throw error
  }
}

const lineOf = (batch: string, state: BatchState, image: SelectedImage, ports: Ports): ImageLine => ({
  imageId: image.imageId,
  classNames: [...image.classNames],
  source: state.imageLocation.replaceAll('{imageId}', image.imageId),
  destination: toS3Uri(imageKey(batch, image.imageId, ports), ports),
  boxes: [...image.boxes],
})
