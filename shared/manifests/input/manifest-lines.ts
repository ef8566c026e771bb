import type { ImageLine } from '../../batches/record/image-list.ts'
import { imageLines } from '../../batches/record/read-image-list.ts'
import type { SelectedBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import type { ManifestRequest } from '../../contracts/manifest-request.ts'
import { type ImageCopy, isGood } from '../../copying/copy-image.ts'
import { getCopyRound } from '../../copying/copy-progress.ts'
import { assertIntact, readReceipts, toCopies } from '../../copying/receipts.ts'
import { findCopy } from '../../copying/unlisted-image.ts'
import type { ImageFacts } from '../../open-images/image-list.ts'
import { awaitAll } from '../../platform/await-all.ts'
import { readEnd } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { startReading } from '../../platform/storage/start-reading.ts'
import { readImageFacts } from './image-facts.ts'
import { type ManifestOptions, manifestLine } from './manifest-line.ts'

/** Yields the manifest's lines, and in their places the omitted images with the reason. @throws as `writeManifest` does */
export async function manifestLines(
  batch: string,
  { selection, ...state }: SelectedBatch,
  request: ManifestRequest,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<AsyncIterable<{ readonly line: string } | { readonly imageId: string; readonly outcome: string }>> {
  const items = imageLines(batch, selection, ports)
  const images = startReading(items)
  try {
    const { copies, untried } = await readCopies(batch, { selection, ...state }, ports)
    const facts = request.provenance ? await readImageFacts(batch, state, new Set(copies.keys()), ports) : undefined
    const options: ManifestOptions = {
      boxAttribute: request.boxes === 'none' ? undefined : request.labelAttributeName,
      classNames: state.criteria.classes.map(({ className }) => className),
      creationDate: state.createdAt.replace(/Z$/, ''),
      dataset: state.request.dataset,
    }
    return (async function* () {
      let number = 0
      for await (const { image } of images) {
        const copy = findCopy(copies, image.imageId, number++)
        const made = copy ? toLine(image, copy, facts, options) : { omitted: untried }
        yield 'line' in made ? made : { imageId: image.imageId, outcome: made.omitted }
      }
    })()
  } catch (error) {
    await items.return(undefined)
    throw error
  }
}

/**
 * Reads what is known of the images' copies, and the outcome of those of which nothing is known.
 * @throws AppError `wrong-state` while they are being copied; CorruptStateError
 */
async function readCopies(
  batch: string,
  { selection, ...state }: SelectedBatch,
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
  return { copies: toCopies(assertIntact(receipts)), untried: isCancelled ? 'pending' : 'unknown' }
}

function toLine(
  image: ImageLine,
  copy: ImageCopy,
  facts: ReadonlyMap<string, ImageFacts> | undefined,
  options: ManifestOptions,
): { line: string } | { omitted: string } {
  if (!isGood(copy)) return { omitted: copy.outcome }
  const made = manifestLine(image, copy, facts && (facts.get(image.imageId) ?? {}), options)
  return 'line' in made ? made : { omitted: made.unfit }
}
