import { counted, type ReadCost } from '../bytes/counted.ts'
import type { ByteSource } from '../bytes/source.ts'
import { AppError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import { type SelectedImage, type Selection, select } from '../selection/select.ts'
import { replaceState, type State } from '../state.ts'
import { storeStream } from '../store-stream.ts'
import type { BatchState, SelectionResult, Warning } from './batch.ts'
import type { ImageLine } from './image-lines.ts'
import { chunkImagesOf } from './plan-copies.ts'
import { batchKey, findBatch, getBatch, imageKey, imagesKey, uriOf } from './store.ts'

/**
 * Chooses a batch's images, writes `images.jsonl`, then the batch as `selected`. One that is chosen already, or that
 * somebody else chose, deleted or made anew meanwhile, is left alone.
 * @throws AppError `source-changed` when the import's file was replaced; `not-found` when the batch is gone
 */
export async function chooseImages(batch: string, batchId: string, ports: Ports): Promise<State<BatchState>> {
  const found = await getBatch(batch, ports)
  const { value } = found
  if (value.batchId !== batchId || value.state === 'selected' || value.state === 'deleting') return found
  const cost: ReadCost = { requests: 0, bytes: 0 }
  const source = counted(await openAnnotations(value, ports), cost)
  const selection = await select(source, value.criteria, { groupedByImage: value.annotations.groupedByImage })
  const written = await writeImages(batch, found, selection, ports)
  if (!written) return getBatch(batch, ports)
  const classes = classesOf(value, selection)
  const result: SelectionResult = {
    imageCount: selection.imageCount,
    ...written,
    classes,
    warnings: shortages(classes, value),
    cost: { strategy: 'scan', ...cost },
    chunkImages: chunkImagesOf(selection.imageCount),
  }
  const { problem: _, ...rest } = value
  await replaceState(ports, batchKey(batch, ports), found.etag, { ...rest, state: 'selected', selection: result })
  return getBatch(batch, ports)
}

/** Writes down why a batch's images could not be chosen; the same request tries again. */
export async function failBatch(batch: string, batchId: string, error: unknown, ports: Ports): Promise<void> {
  const found = await getBatch(batch, ports)
  if (found.value.batchId !== batchId || found.value.state !== 'selecting') return
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

/** The batch is no longer as it was read: this choice is of no use. */
class Overtaken extends Error {}

/**
 * Streams the images to `images.jsonl` and notes where each chunk of them begins.
 * @returns undefined, with nothing written, when the batch changed while its images were read
 */
async function writeImages(
  batch: string,
  { value: state, etag }: State<BatchState>,
  selection: Selection,
  ports: Ports,
): Promise<{ boxCount: number; chunkOffsets: number[] } | undefined> {
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
    // What is stored appears once the stream has ended well, so this is the last moment before it does.
    if ((await findBatch(batch, ports))?.etag !== etag) throw new Overtaken()
  }
  try {
    await storeStream(imagesKey(batch, ports), lines(), ports)
    return { boxCount, chunkOffsets: [...chunkOffsets, bytes] }
  } catch (error) {
    if (error instanceof Overtaken) return undefined
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

/** A warning for each class that has fewer images left than were asked for. Pure. */
function shortages(classes: SelectionResult['classes'], { criteria }: BatchState): Warning[] {
  const short = classes.filter(({ shortBy }) => shortBy > 0)
  const warnings = short.map(({ className, selected, requested, available }) => ({
    code: 'short-class',
    message: `"${className}": ${selected} of ${requested} images; the dataset has ${available} in all, and this is batch ${criteria.batchOffset}.`,
  }))
  const isEmpty = classes.every(({ selected }) => selected === 0)
  if (!isEmpty) return warnings
  return [
    { code: 'empty-batch', message: 'No image is left for any class: earlier batches hold them all.' },
    ...warnings,
  ]
}
