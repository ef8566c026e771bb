import * as z from 'zod'
import type { ImageLine } from '../../batches/record/image-list.ts'
import { imageLines } from '../../batches/record/read-image-list.ts'
import type { BatchState } from '../../batches/record/state.ts'
import { getSelectedBatch, manifestKey, publishBatchEvents, type SelectedBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import { Count, S3Uri } from '../../contracts/fields.ts'
import type { ManifestRequest } from '../../contracts/manifest-request.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import { type ImageCopy, isGood } from '../../copying/copy-image.ts'
import { getCopyRound } from '../../copying/copy-progress.ts'
import { assertIntact, readReceipts, toCopies } from '../../copying/receipts.ts'
import { findCopy } from '../../copying/unlisted-image.ts'
import type { ImageFacts } from '../../open-images/image-list.ts'
import { awaitAll } from '../../platform/await-all.ts'
import { readEnd } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import type { PendingEvent } from '../../platform/state/outbox.ts'
import type { State } from '../../platform/state/record.ts'
import { startReading } from '../../platform/storage/start-reading.ts'
import { checkExistingCopies } from './existing-copies.ts'
import { readImageFacts } from './image-facts.ts'
import { type ManifestOptions, manifestLine } from './manifest-line.ts'
import { storeManifest } from './store-manifest.ts'

/** The ports that this file uses. */
type Needs = Pick<
  Ports,
  'config' | 'objects' | 'uploads' | 'files' | 'messages' | 'metrics' | 'requestId' | 'now' | 'newId'
>

const OmittedImage = z
  .object({
    imageId: z.string(),
    outcome: z
      .string()
      .describe(
        'Why the manifest has no line for it: the outcome of its copy, `pending` or `unknown`, or with `verify` `copy-gone` or `copy-changed`',
      ),
  })
  .meta({ id: 'OmittedImage', description: 'An image that the manifest leaves out.' })

const MAX_OMITTED = 10_000

/** The manifest that was written, and which images it leaves out. */
export const ManifestReport = z
  .object({
    manifestUri: S3Uri.describe('Its location, `s3://…`'),
    lines: Count.describe('Lines in it, one per image'),
    omittedCount: Count.describe('Images without a line, because they have no good copy'),
    omitted: z
      .array(OmittedImage)
      .max(MAX_OMITTED)
      .describe(
        'The omitted images in batch order; at most the first 10,000. Outcome `pending`: not tried, because copying was cancelled; `unknown`: its record is lost, and copying again restores it',
      ),
  })
  .meta({ id: 'ManifestReport', description: 'The manifest that was written, and which images it leaves out.' })
export type ManifestReport = z.infer<typeof ManifestReport>

/**
 * Rewrites the input manifest from the current receipts, and publishes `manifest.written`. It has one line for each
 * image with a good copy, in batch order.
 * @param store false for a dry run
 * @throws AppError `not-found` when copying was never started; `wrong-state` while images are being chosen or copied, or
 *   when provenance is asked for and the dataset has no image list; `corrupt-state` when the images or their copies cannot
 *   all be accounted for: then the manifest stays as it was
 */
export async function writeManifest(
  batch: string,
  request: ManifestRequest,
  { store }: { readonly store: boolean },
  ports: Needs,
): Promise<ManifestReport> {
  // A caller that crashes got no answer, and writes again: that is another event.
  const once = { dedupKey: ports.newId(), at: ports.now().toISOString() }
  const toEvent: ToEvent = (batchId, report) => manifestWrittenEvent(batch, batchId, report, once)
  const { stored, ...report } = await makeManifest(batch, request, { store, toEvent }, ports)
  if (stored) await publishBatchEvents(batch, stored, ports)
  return report
}

type WrittenLines = Pick<ManifestReport, 'manifestUri' | 'lines' | 'omittedCount'>

/** Makes the event that a manifest was written, to be published from the outbox of its batch. */
type ToEvent = (batchId: string, written: WrittenLines) => PendingEvent

/** Returns the event that a manifest was written. Pure. */
export const manifestWrittenEvent = (
  batch: string,
  batchId: string,
  { manifestUri, lines, omittedCount }: WrittenLines,
  { dedupKey, at }: { readonly dedupKey: string; readonly at: string },
): PendingEvent => ({
  type: 'manifest.written',
  dedupKey,
  timestamp: at,
  data: { batch, batchId, manifestUri, lines, omittedCount },
})

/**
 * Writes the manifest as {@link writeManifest} does, without publishing an event.
 * @returns the report, and the batch as it is after the manifest was stored
 */
export async function makeManifest(
  batch: string,
  request: ManifestRequest,
  { store, toEvent }: { readonly store: boolean; readonly toEvent?: ToEvent },
  ports: Needs,
): Promise<ManifestReport & { readonly stored?: State<BatchState> }> {
  const state = await getSelectedBatch(batch, ports)
  const report = { lines: 0, omitted: [] as { imageId: string; outcome: string }[] }
  const made = await manifestLines(batch, state, request, ports)
  async function* lines(): AsyncGenerator<Uint8Array> {
    for await (const one of made) {
      if ('line' in one) {
        report.lines += 1
        yield Buffer.from(`${one.line}\n`)
      } else report.omitted.push(one)
    }
  }
  const manifestUri = toS3Uri(manifestKey(batch, ports), ports)
  const toReport = (): ManifestReport => ({
    manifestUri,
    lines: report.lines,
    omittedCount: report.omitted.length,
    omitted: report.omitted.slice(0, MAX_OMITTED),
  })
  if (store) {
    const { batchId } = state
    const stored = await storeManifest(batch, batchId, lines(), () => toEvent?.(batchId, toReport()), ports)
    return { stored, ...toReport() }
  }
  for await (const _ of lines());
  return toReport()
}

/** Yields the manifest's lines, and in their places the omitted images with the reason. @throws as {@link writeManifest} */
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
    const findLoss = request.verify ? await checkExistingCopies(batch, ports) : undefined
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
        const lost = copy && isGood(copy) ? findLoss?.(image.destination, copy) : undefined
        const made = copy && !lost ? toLine(image, copy, facts, options) : { omitted: lost ?? untried }
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
