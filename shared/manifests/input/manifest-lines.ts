import type { ImageLine } from '../../batches/record/image-list.ts'
import { imageLines } from '../../batches/record/read-image-list.ts'
import type { SelectedBatch } from '../../batches/record/store.ts'
import type { ManifestRequest } from '../../contracts/manifest-request.ts'
import type { OmittedImage } from '../../contracts/omitted-image.ts'
import type { ImageCopy } from '../../copying/copy-image.ts'
import { checkExistingCopies } from '../../copying/existing-copies.ts'
import { assertIntact, type CopyReceipts } from '../../copying/receipts.ts'
import { findCopy } from '../../copying/unlisted-image.ts'
import type { ImageFacts } from '../../open-images/image-list.ts'
import type { Ports } from '../../platform/ports.ts'
import { startReading } from '../../platform/storage/start-reading.ts'
import { toClassIndexes } from './class-indexes.ts'
import { readImageFacts } from './image-facts.ts'
import { findExcess, type ManifestOptions, manifestLine } from './manifest-line.ts'
import type { Omission } from './omissions.ts'
import { readCopies } from './read-copies.ts'

interface ManifestLine {
  readonly line: string
  /** What the image list knows of the image, if provenance was requested. */
  readonly facts: ImageFacts | undefined
}

/** An image of a batch: its line in the manifest, or why it has none. */
export type ManifestImage = Pick<ImageLine, 'imageId' | 'destination'> & ImageResult

type ImageResult = (ManifestLine | Omission) & {
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
    const findLoss = request.verify ? await checkExistingCopies(batch, ports) : () => undefined
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
        const made = copy ? (findLoss(image, copy) ?? toLine(image, copy, facts, options)) : untried
        yield { imageId, destination, ...made }
      }
    })()
  } catch (error) {
    await items.return(undefined)
    throw error
  }
}

function toLine(
  image: ImageLine,
  copy: ImageCopy,
  facts: ReadonlyMap<string, ImageFacts> | undefined,
  options: ManifestOptions,
): ImageResult {
  const { outcome, reason = 'it has no good copy' } = copy
  if (outcome !== 'copied' && outcome !== 'present') return { outcome, reason }
  const known = facts?.get(image.imageId)
  const made = manifestLine(image, copy, facts && (known ?? {}), options)
  const excess = findExcess(copy)
  return 'line' in made ? { ...made, excess, facts: known } : { ...made, excess }
}
