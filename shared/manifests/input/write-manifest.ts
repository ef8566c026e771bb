import * as z from 'zod'
import type { BatchState } from '../../batches/record/state.ts'
import { getSelectedBatch, manifestKey, publishBatchEvents } from '../../batches/record/store.ts'
import { Count, S3Uri } from '../../contracts/fields.ts'
import type { ManifestRequest } from '../../contracts/manifest-request.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Ports } from '../../platform/ports.ts'
import type { PendingEvent } from '../../platform/state/outbox.ts'
import type { State } from '../../platform/state/record.ts'
import { manifestLines } from './manifest-lines.ts'
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
      .describe('Why the manifest has no line for it: the outcome of its copy, or `pending` or `unknown`'),
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
