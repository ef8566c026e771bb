import { counted, type ReadCost } from '../bytes/counted.ts'
import type { ByteSource } from '../bytes/source.ts'
import { AppError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import { type SelectedImage, type Selection, select } from '../selection/select.ts'
import { replaceState, type State } from '../state.ts'
import { storeStream } from '../store-stream.ts'
import { type BatchState, criteriaOf, type SelectionResult, type Warning } from './batch.ts'
import type { ImageLine } from './image-lines.ts'
import { Overtaken, unlessOvertaken } from './overtaken.ts'
import { chunkImagesOf } from './plan-copies.ts'
import { batchKey, findBatch, getBatch, imageKey, imagesKey, uriOf } from './store.ts'

/**
 * Chooses a batch's images, writes `images.jsonl`, then the batch as `selected`. One that is chosen already, or that
 * somebody else chose, deleted or made anew meanwhile, is left alone.
 * @param mostBytes to read at the most
 * @throws AppError `source-changed` when the import's file was replaced; `not-found` when the batch is gone;
 *   ReadBudgetSpent when it takes more than `mostBytes`
 */
export async function chooseImages(
  batch: string,
  batchId: string,
  ports: Ports,
  mostBytes?: number,
): Promise<State<BatchState>> {
  const found = await getBatch(batch, ports)
  const { value } = found
  if (value.batchId !== batchId || value.state === 'selected' || value.state === 'deleting') return found
  const cost: ReadCost = { requests: 0, bytes: 0 }
  const source = counted(await openAnnotations(value, ports), cost, mostBytes)
  const selection = await select(source, criteriaOf(value), { groupedByImage: value.annotations.groupedByImage })
  const written = await writeImages(batch, found, selection, ports)
  if (written === 'overtaken') return getBatch(batch, ports)
  if (written === 'refused') return chooseImages(batch, batchId, ports, mostBytes)
  const classes = classesOf(value, selection)
  const result: SelectionResult = {
    imageCount: selection.imageCount,
    ...written,
    classes,
    warnings: warningsOf(classes, value, selection),
    cost: { strategy: 'scan', ...cost },
    chunkImages: chunkImagesOf(selection.imageCount),
  }
  const { problem: _, ...rest } = value
  await replaceState(ports, batchKey(batch, ports), found.etag, { ...rest, state: 'selected', selection: result })
  return getBatch(batch, ports)
}

/** Writes down why a batch's images could not be chosen; the same request tries again. */
export async function failBatch(batch: string, batchId: string, error: unknown, ports: Ports): Promise<void> {
  const found = await findBatch(batch, ports)
  if (found?.value.batchId !== batchId || found.value.state !== 'selecting') return
  const problem =
    error instanceof AppError
      ? { code: error.code, detail: error.message, errors: [] }
      : { code: 'internal', detail: 'Something failed on our side; the log says what.', errors: [] }
  await replaceState(ports, batchKey(batch, ports), found.etag, { ...found.value, state: 'failed', problem })
}

async function openAnnotations({ annotations }: BatchState, ports: Ports): Promise<ByteSource> {
  const { ranges } = await ports.files.open(annotations.uri, annotations.etag)
  if (!ranges) throw new AppError('upstream-failed', `${annotations.uri} cannot be read by ranges.`)
  return ranges
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
  const chunkImages = chunkImagesOf(selection.imageCount)
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
    const standing = unlessOvertaken(lines(), batch, (found) => found.etag === etag, ports)
    const condition = before ? { etag: before.etag } : { absent: true as const }
    const isStored = await storeStream(key, standing, ports, condition)
    return isStored ? { boxCount, chunkOffsets: [...chunkOffsets, bytes] } : 'refused'
  } catch (error) {
    if (error instanceof Overtaken) return 'overtaken'
    throw error
  }
}

const lineOf = (batch: string, state: BatchState, image: SelectedImage, ports: Ports): ImageLine => ({
  imageId: image.imageId,
  classNames: [...image.classNames],
  source: state.imageLocation.replaceAll('{imageId}', image.imageId),
  destination: uriOf(imageKey(batch, image.imageId, ports), ports),
  boxes: [...image.boxes],
})

const classesOf = ({ criteria }: BatchState, selection: Selection): SelectionResult['classes'] =>
  criteria.classes.map(({ className, classIds, available }, number) => {
    const selected = selection.selectedPerClass[number] ?? 0
    const requested = criteria.examplesPerClass
    return { className, classIds, requested, selected, available, shortBy: requested - selected }
  })

/** What the caller should know of the choice: classes with too few images, flags that the file does not have. Pure. */
function warningsOf(classes: SelectionResult['classes'], { criteria }: BatchState, selection: Selection): Warning[] {
  const { batchOffset } = criteria
  const short = classes
    .filter(({ shortBy }) => shortBy > 0)
    .map(({ className, selected, requested, available }) => ({
      code: 'short-class',
      message: `"${className}": ${selected} of ${requested} images; the dataset has ${available} in all, and this is batch ${batchOffset}.`,
    }))
  const empty = {
    code: 'empty-batch',
    message: 'No image is left for any class: the batches before this one hold them.',
  }
  const none = { code: 'empty-batch', message: 'The dataset has no image for what was asked.' }
  const unknown = selection.unknownFlags.map((flag) => ({
    code: 'unknown-flag',
    message: `The file does not say ${flag}: it is unknown for every box, and none was left out for it.`,
  }))
  if (selection.imageCount > 0) return [...short, ...unknown]
  return [batchOffset > 0 && classes.some(({ available }) => available > 0) ? empty : none, ...short, ...unknown]
}
