import type { ImageLine } from '../../batches/record/image-list.ts'
import { imageLines } from '../../batches/record/read-image-list.ts'
import type { SelectedBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import type { ManifestRequest } from '../../contracts/manifest-request.ts'
import type { OmittedImage } from '../../contracts/omitted-image.ts'
import type { ImageCopy } from '../../copying/copy-image.ts'
import { getCopyRound } from '../../copying/copy-progress.ts'
import { assertIntact, type CopyReceipts, readReceipts, toCopies } from '../../copying/receipts.ts'
import { findCopy } from '../../copying/unlisted-image.ts'
import type { ImageFacts } from '../../open-images/image-list.ts'
import { awaitAll } from '../../platform/await-all.ts'
import { readEnd } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { startReading } from '../../platform/storage/start-reading.ts'
import { toClassIndexes } from './class-indexes.ts'
import { readImageFacts } from './image-facts.ts'
import { findExcess, type ManifestOptions, manifestLine } from './manifest-line.ts'
import type { Omission } from './omissions.ts'

/** An image of a batch: its line in the manifest, or why it has none. */
export type ManifestImage = Pick<ImageLine, 'imageId' | 'destination'> & ImageResult

type ImageResult = ({ readonly line: string } | Omission) & {
  /** Why it is larger than the labeling service accepts; absent where it is not, or its size is unknown. */
  readonly excess?: Omission | undefined
}

/** Returns an image without a line as it is listed. Pure. */
export const toOmitted = ({ imageId, outcome, reason }: OmittedImage): OmittedImage => ({ imageId, outcome, reason })

/**
 * Yields the images of a batch in order.
 * @param toReceipts what to do about damaged receipts: by default an error; the images of those that are left out are
 *   `unknown`
 * @throws as `writeManifest` does
 */
export async function manifestLines(
  batch: string,
  { selection, ...state }: SelectedBatch,
  request: ManifestRequest,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
  toReceipts: (receipts: CopyReceipts) => CopyReceipts['intact'] = assertIntact,
): Promise<AsyncIterable<ManifestImage>> {
  const items = imageLines(batch, selection, ports)
  const images = startReading(items)
  try {
    const { copies, untried } = await readCopies(batch, { selection, ...state }, toReceipts, ports)
    const facts = request.provenance ? await readImageFacts(batch, state, new Set(copies.keys()), ports) : undefined
    const options: ManifestOptions = {
      boxAttribute: request.boxes === 'none' ? undefined : request.labelAttributeName,
      classes: toClassIndexes(state.criteria.classes),
      creationDate: state.createdAt.replace(/Z$/, ''),
      dataset: state.request.dataset,
    }
    return (async function* () {
      let number = 0
      for await (const { image } of images) {
        const { imageId, destination } = image
        const copy = findCopy(copies, imageId, number++)
        yield { imageId, destination, ...(copy ? toLine(image, copy, facts, options) : untried) }
      }
    })()
  } catch (error) {
    await items.return(undefined)
    throw error
  }
}

/**
 * Reads what is known of the images' copies, and what becomes of those of which nothing is known.
 * @throws AppError `wrong-state` while they are being copied; CorruptStateError
 */
async function readCopies(
  batch: string,
  { selection, ...state }: SelectedBatch,
  toReceipts: (receipts: CopyReceipts) => CopyReceipts['intact'],
  ports: Pick<Ports, 'config' | 'objects'>,
) {
  const ref = await getCopyRound(batch, state, ports)
  const [end, receipts] = await awaitAll([readOrCorrupt(readEnd(ref, ports)), readReceipts(ref, selection, ports)])
  if (!end)
    throw new AppError(
      'wrong-state',
      `"${batch}" is being copied. Wait until GET /v1/batches/${batch}/copy says that it has ended, or cancel it.`,
    )
  const isCancelled = !(end instanceof CorruptStateError) && end.value.state === 'cancelled'
  // A finished round had a receipt for every image.
  return { copies: toCopies(toReceipts(receipts)), untried: isCancelled ? toPending(batch) : toUnknown(batch) }
}

const toPending = (batch: string): Omission => ({
  outcome: 'pending',
  reason: `copying was cancelled before it; POST /v1/batches/${batch}/copy copies it`,
})

const toUnknown = (batch: string): Omission => ({
  outcome: 'unknown',
  reason: `the record of its copy is lost; POST /v1/batches/${batch}/copy restores it`,
})

function toLine(
  image: ImageLine,
  copy: ImageCopy,
  facts: ReadonlyMap<string, ImageFacts> | undefined,
  options: ManifestOptions,
): ImageResult {
  const { outcome, reason = 'it has no good copy' } = copy
  if (outcome !== 'copied' && outcome !== 'present') return { outcome, reason }
  const made = manifestLine(image, copy, facts && (facts.get(image.imageId) ?? {}), options)
  return { ...made, excess: findExcess(copy) }
}
