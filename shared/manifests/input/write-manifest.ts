import * as z from 'zod'
import type { BatchState } from '../../batches/record/state.ts'
import { getSelectedBatch, manifestKey, publishBatchEvents, type SelectedBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import { Count, S3Uri } from '../../contracts/fields.ts'
import type { ManifestRequest } from '../../contracts/manifest-request.ts'
import { type Omissions, omissionFields } from '../../contracts/omitted-image.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import { Warning } from '../../contracts/warning.ts'
import type { Ports } from '../../platform/ports.ts'
import type { PendingEvent } from '../../platform/state/outbox.ts'
import type { State } from '../../platform/state/record.ts'
import { toClassIndexes } from './class-indexes.ts'
import { LICENSE_REPORT, licenseCounter } from './license-report.ts'
import { type ManifestImage, manifestLines, toOmitted } from './manifest-lines.ts'
import { findClassWarnings, findImageWarnings } from './manifest-warnings.ts'
import { findOmissionWarnings, joinCounts, omissionCollector } from './omissions.ts'
import { storeManifest } from './store-manifest.ts'

/** The ports that this file uses. */
type Needs = Pick<
  Ports,
  'config' | 'objects' | 'uploads' | 'files' | 'messages' | 'metrics' | 'requestId' | 'now' | 'newId'
>

const MAX_OMITTED = { maxImages: 10_000, maxBytes: 2_000_000 }

/** The manifest that was written, and which images it leaves out. */
export const ManifestReport = z
  .object({
    manifestUri: S3Uri.describe('Its location, `s3://…`'),
    lines: Count.describe('Lines in it, one per image'),
    ...omissionFields(MAX_OMITTED.maxImages),
    warnings: z.array(Warning),
    ...LICENSE_REPORT,
  })
  .meta({ id: 'ManifestReport', description: 'The manifest that was written, and which images it leaves out.' })
export type ManifestReport = z.infer<typeof ManifestReport>

/**
 * Rewrites the input manifest from the current receipts, and publishes `manifest.written`. It has one line for each
 * image with a good copy, in batch order.
 * @param store false for a dry run
 * @throws AppError `not-found` when copying was never started; `wrong-state` while images are being chosen or copied,
 *   when none of the images would have a line, or when provenance is asked for and the dataset has no image list; `corrupt-state` when the images or their copies cannot
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

type WrittenLines = Pick<ManifestReport, 'manifestUri' | 'lines' | 'omittedCount' | 'omittedByOutcome' | 'licensesFor'>

/** Makes the event that a manifest was written, to be published from the outbox of its batch. */
type ToEvent = (batchId: string, written: WrittenLines) => PendingEvent

/** Returns the event that a manifest was written. Pure. */
export const manifestWrittenEvent = (
  batch: string,
  batchId: string,
  { manifestUri, lines, omittedCount, omittedByOutcome, licensesFor }: WrittenLines,
  { dedupKey, at }: { readonly dedupKey: string; readonly at: string },
): PendingEvent => ({
  type: 'manifest.written',
  dedupKey,
  timestamp: at,
  data: {
    batch,
    batchId,
    manifestUri,
    lines,
    omittedCount,
    omittedByOutcome,
    ...(licensesFor !== undefined && { licensesFor }),
  },
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
  const images = await manifestLines(batch, state, request, ports)
  const tally = tallyImages(batch, images, request, state)
  const manifestUri = toS3Uri(manifestKey(batch, ports), ports)
  const toReport = (): ManifestReport => ({ manifestUri, ...tally.report() })
  if (store) {
    const { batchId } = state
    const boxAttribute = request.boxes === 'none' ? undefined : request.labelAttributeName
    const toStored = () => toEvent?.(batchId, toReport())
    const stored = await storeManifest(batch, batchId, tally.lines(), boxAttribute, toStored, ports)
    return { stored, ...toReport() }
  }
  for await (const _ of tally.lines());
  return toReport()
}

/** Passes on the lines of images as bytes, and counts everything that is to be reported. */
function tallyImages(
  batch: string,
  images: AsyncIterable<ManifestImage>,
  request: ManifestRequest,
  state: SelectedBatch,
) {
  const omissions = omissionCollector(MAX_OMITTED)
  const licenses = licenseCounter(request)
  const tooLarge: string[] = []
  let count = 0
  return {
    async *lines(): AsyncGenerator<Uint8Array> {
      for await (const image of images) {
        if (!('line' in image)) {
          omissions.add(toOmitted(image))
          continue
        }
        count += 1
        licenses.add(image.imageId, image.facts)
        if (image.excess) tooLarge.push(image.imageId)
        yield Buffer.from(`${image.line}\n`)
      }
      if (count === 0) assertEmpty(batch, omissions.report())
    },
    report: () => {
      const omitted = omissions.report()
      const warnings = [
        ...findOmissionWarnings(omitted),
        ...findImageWarnings(count, tooLarge),
        ...(request.boxes !== 'none' ? findClassWarnings(toClassIndexes(state.criteria.classes)) : []),
      ]
      return { lines: count, ...omitted, warnings, ...licenses.report() }
    },
  }
}

/** @throws AppError `wrong-state` when the batch has images: a manifest without a line is of no use to anybody. Pure. */
function assertEmpty(batch: string, { omittedCount, omittedByOutcome, omitted: [first] }: Omissions): void {
  if (omittedCount === 0) return
  const example = first ? ` The first of them, ${first.imageId}: ${first.reason}.` : ''
  throw new AppError(
    'wrong-state',
    `No manifest of "${batch}" is written, as none of its ${omittedCount} images would have a line: ${joinCounts(omittedByOutcome)}.${example}`,
  )
}
