import { AppError } from '../../contracts/errors.ts'
import { toStoredProblem } from '../../contracts/stored-problem.ts'
import type { FanOutJob } from '../../platform/fan-out/job.ts'
import { startRound } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { BLOCK_BYTES, hashBlock } from '../../platform/storage/content-hash.ts'
import { splitIntoParts, storeStream } from '../../platform/storage/multipart.ts'
import type { RemoteFile } from '../../platform/storage/ports.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'
import { findVersion, openStored } from '../../platform/storage/stored-file.ts'
import { checkMetadata } from './check-metadata.ts'
import { checkRowsJob } from './check-rows-job.ts'
import { failImport, findOutcome } from './end-import.ts'
import { FetchTotals, fetchRoundsKey, PART_RECEIPT, type PartReceipt, sumUpParts } from './fetch-round.ts'
import { fileKey, ImportSubject, readPlan } from './import-files.ts'
import { type ImportPlan, listParts, type PlannedFile, type SourceName, toPart } from './import-plan.ts'
import { cleanUpImport, removeIfSuperseded } from './remove-import.ts'
import { listSlices } from './slices.ts'
import { recordSources } from './stored-sources.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'files'>

/** Fan-out job that fetches the files of an import to S3, one part per chunk. Holds one part in memory. */
export const fetchPartsJob: FanOutJob<ImportSubject, PartReceipt, FetchTotals> = {
  name: 'fetch-parts',
  subject: ImportSubject,
  receipt: PART_RECEIPT,
  totals: FetchTotals,
  roundsKey: fetchRoundsKey,
  planChunks: async (subject, _round, ports) => listParts(await readPlan(subject, ports)),

  runChunk: async (subject, chunk, _before, ports) => {
    const plan = await readPlan(subject, ports)
    const { file, part } = toPart(plan, chunk)
    const opened = await ports.files.open(file.uri, file.etag)
    const { uploadId } = file
    const receipt =
      uploadId === undefined
        ? await fetchWhole(subject, file, opened, ports)
        : await fetchPart(subject, plan, { ...file, uploadId }, part, opened, ports)
    ports.metrics.record({ ImportBytes: receipt.bytes })
    return receipt
  },

  deadLetterChunk: async (_subject, _chunk, _before, error) => ({
    bytes: 0,
    blocks: [],
    problem: toStoredProblem(error),
  }),

  total: (receipts) => sumUpParts([...receipts.values()]),

  onComplete: async (subject, totals, ports) => {
    if (totals.problem) return failImport(subject, 'fetch-parts', totals.problem, ports)
    const outcome = await findOutcome(subject, 'fetch-parts', ports)
    if (outcome) return outcome.event
    const plan = await readPlan(subject, ports)
    const etags = new Map<SourceName, string>()
    for (const file of plan.files) {
      const etag = await completeUpload(subject, file, ports)
      if (etag !== undefined) etags.set(file.source, etag)
    }
    const stored = await recordSources(subject, plan, totals, etags, ports)
    await checkMetadata(subject, stored, ports)
    await startRound({ job: checkRowsJob, subject, round: 1 }, listSlices(stored), ports)
    await removeIfSuperseded(subject, ports)
    return undefined
  },

  onFailure: (subject, _totals, error, ports) => failImport(subject, 'fetch-parts', toStoredProblem(error), ports),
  cleanUp: cleanUpImport,
}

/** Stores a part of a file. A second worker may store it too: both read the same version of the file. */
async function fetchPart(
  subject: ImportSubject,
  { partBytes }: ImportPlan,
  { source, size = 0, uploadId }: PlannedFile & { readonly uploadId: string },
  part: number,
  { ranges }: RemoteFile,
  ports: Pick<Ports, 'config' | 'uploads'>,
): Promise<PartReceipt> {
  if (ranges?.size !== size)
    throw new AppError('source-changed', `${source} changed during the import; import the dataset again.`)
  const bytes = await ranges.read(part * partBytes, Math.min((part + 1) * partBytes, size))
  await ports.uploads.part(fileKey(subject, source, ports), uploadId, part + 1, bytes)
  return { bytes: bytes.length, blocks: blockHashes(bytes) }
}

/**
 * Stores a file of one chunk, unless another worker has stored it: a server without ETags may send each worker a
 * different version. A stored file is never replaced, and the receipt describes the stored file.
 */
async function fetchWhole(
  subject: ImportSubject,
  { source, size }: PlannedFile,
  { ranges, stream }: RemoteFile,
  ports: Needs,
): Promise<PartReceipt> {
  const key = fileKey(subject, source, ports)
  const whole = checkSize(ranges ? readAhead(ranges) : stream(), source, size)
  await storeStream(key, whole, ports, { absent: true })
  const stored = await openStored(key, ports)
  if (size !== undefined && stored.size !== size) throw new CorruptStateError(key, stored.etag, 'it has another size')
  const blocks: string[] = []
  for await (const block of splitIntoParts(readAhead(stored), BLOCK_BYTES)) blocks.push(...blockHashes(block))
  return { bytes: stored.size, blocks, etag: stored.etag }
}

/** Passes a stream through. @throws AppError `upstream-failed` at its end if it does not have the expected size */
async function* checkSize(stream: AsyncIterable<Uint8Array>, source: string, size: number | undefined) {
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    yield chunk
  }
  if (size !== undefined && bytes !== size)
    throw new AppError('upstream-failed', `${source} must have ${size} bytes, but its stream ended after ${bytes}.`)
}

function blockHashes(bytes: Uint8Array): string[] {
  const hashes: string[] = []
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) hashes.push(hashBlock(bytes.subarray(at, at + BLOCK_BYTES)))
  return hashes
}

/**
 * Completes the upload of a file.
 * @returns its ETag; `undefined` if it had no upload, or another worker has completed it
 */
async function completeUpload(
  subject: ImportSubject,
  { source, uploadId, parts, size }: PlannedFile,
  ports: Pick<Ports, 'config' | 'objects' | 'uploads'>,
): Promise<string | undefined> {
  if (uploadId === undefined) return undefined
  const key = fileKey(subject, source, ports)
  return ports.uploads.complete(key, uploadId, parts).catch(async (error: unknown) => {
    const stored = await findVersion(key, ports)
    if (stored?.size !== size) throw error
    return undefined
  })
}
