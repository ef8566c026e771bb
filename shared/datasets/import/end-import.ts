import { toS3Uri } from '../../contracts/s3-uri.ts'
import { type StoredProblem, toStoredProblem } from '../../contracts/stored-problem.ts'
import type { Warning } from '../../contracts/warning.ts'
import type { EventDraft } from '../../platform/fan-out/job.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt, skipCorrupt } from '../../platform/state/corrupt-state.ts'
import type { PinnedFile } from '../../platform/storage/pinned-file.ts'
import { writeFile } from '../../platform/storage/stored-file.ts'
import type { CurrentImportState, DatasetState } from '../state.ts'
import { datasetRef, updateDataset } from '../store.ts'
import type { DatasetCounts } from './count-classes.ts'
import { COUNTS_NAME, countsKey, fileKey, type ImportSubject, indexKey, readStanding } from './import-files.ts'
import { findRole, wasCompleted } from './import-role.ts'
import { removeIfSuperseded, removeImport, removeSliceParts } from './remove-import.ts'
import { describeFile } from './slice-file.ts'
import type { StoredSources } from './stored-sources.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'now' | 'newId' | 'log'>

/** What an import made of its files besides the counts. */
export interface ImportFindings {
  /** Undefined if the file cannot be indexed. */
  readonly index: PinnedFile | undefined
  readonly warnings: readonly Warning[]
}

/**
 * Makes a checked import the current one, with one conditional write.
 * @returns the event to publish; undefined if the import was cancelled meanwhile
 * @throws CorruptStateError when the state of the dataset is lost or damaged
 */
export async function completeImport(
  subject: ImportSubject,
  sources: StoredSources,
  counted: DatasetCounts,
  { index, warnings }: ImportFindings,
  ports: Needs,
): Promise<EventDraft | undefined> {
  const countsFile = await storeCounts(subject, counted, ports)
  const files = sources.files && [...sources.files, countsFile, ...(index ? [index] : [])]
  const current = { ...describeImport(subject, sources, counted, index, ports), warnings: [...warnings], files }
  const state = await endImport(subject, (before) => withCurrent(before, current), ports)
  if (state?.current?.importId === subject.importId) return toReadyEvent(subject, ports)
  const outcome = await findOutcome(subject, 'check-rows', ports)
  if (!outcome) throw toLostError(subject, ports)
  return outcome.event
}

async function storeCounts(
  subject: ImportSubject,
  { counts }: DatasetCounts,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<PinnedFile> {
  const bytes = Buffer.from(JSON.stringify(counts))
  const etag = (await writeFile(countsKey(subject, ports), bytes, ports)) ?? ''
  return { name: COUNTS_NAME, etag, ...describeFile(bytes) }
}

function describeImport(
  subject: ImportSubject,
  { bytes, etag, contentHash }: StoredSources,
  { counts, groupedByImage, coverage }: DatasetCounts,
  index: PinnedFile | undefined,
  ports: Pick<Ports, 'config' | 'now'>,
): CurrentImportState {
  return {
    importId: subject.importId,
    importedAt: ports.now().toISOString(),
    imageCount: counts.imageCount,
    boxCount: counts.boxCount,
    classCount: Object.values(counts.classes).filter(({ images }) => images > 0).length,
    annotations: {
      uri: toS3Uri(fileKey(subject, 'annotations', ports), ports),
      bytes,
      etag,
      contentHash,
      groupedByImage,
    },
    ...(coverage && { imageList: { images: coverage.images, licenses: coverage.licenses } }),
    index: index && { uri: toS3Uri(indexKey(subject, ports), ports), bytes: index.bytes, etag: index.etag },
  }
}

/** Returns the state with another current import. Batches go on reading the one before it. Pure. */
function withCurrent(
  { importing: _, problem: __, failedImport: ___, ...rest }: DatasetState,
  current: CurrentImportState,
): DatasetState {
  const { current: previous, replacedImports = [] } = rest
  return { ...rest, current, ...(previous && { replacedImports: [...replacedImports, previous.importId] }) }
}

/** The fan-out jobs of an import. Each publishes its own events, so that an outcome has one event. */
export type ImportJob = 'fetch-parts' | 'check-rows'

/**
 * Finds out how an import ended before the job could say so.
 * @returns undefined while it is running; otherwise the event that the job has to publish, if any. An import that was
 *   superseded is removed.
 * @throws CorruptStateError when the state of the dataset is corrupt
 */
export async function findOutcome(
  subject: ImportSubject,
  job: ImportJob,
  ports: Needs,
): Promise<{ readonly event: EventDraft | undefined } | undefined> {
  const { role, state, isSuperseded } = await readStanding(subject, ports)
  if (role === 'running' || (role === 'lost' && !isSuperseded)) return undefined
  if (state && !state.deleting) return { event: await toEvent(subject, job, state, ports) }
  await removeImport(subject, ports)
  return { event: undefined }
}

/** Returns the event of an import that is not running; removes it if it has none and was superseded. */
async function toEvent(
  subject: ImportSubject,
  job: ImportJob,
  state: DatasetState,
  ports: Needs,
): Promise<EventDraft | undefined> {
  const role = findRole(subject.importId, state)
  if (wasCompleted(role)) return job === 'check-rows' ? toReadyEvent(subject, ports) : undefined
  const { problem, failedImport } = state
  if (role === 'failed' && failedImport?.job === job && problem) return toFailedEvent(subject, problem, ports)
  await removeImport(subject, ports)
  return undefined
}

/** Creates the event of a completed import. After it is published, the intermediate files are removed. */
const toReadyEvent = (subject: ImportSubject, ports: Pick<Ports, 'config' | 'objects'>): EventDraft => ({
  type: 'dataset.ready',
  data: { dataset: subject.dataset, importId: subject.importId },
  afterPublish: () => removeSliceParts(subject, ports),
})

/**
 * Records that an import failed; the current import remains. If this import was completed, only its event was missing.
 * If the state of the dataset is lost or damaged, the event alone says so.
 * @returns the event to publish; undefined if the import is no longer running
 */
export async function failImport(
  subject: ImportSubject,
  job: ImportJob,
  problem: StoredProblem,
  ports: Needs,
): Promise<EventDraft | undefined> {
  const failedImport = { importId: subject.importId, job }
  const fail = ({ importing: _, ...rest }: DatasetState): DatasetState => ({ ...rest, problem, failedImport })
  await readOrCorrupt(endImport(subject, fail, ports))
  const outcome = await readOrCorrupt(findOutcome(subject, job, ports))
  if (outcome && !(outcome instanceof CorruptStateError)) return outcome.event
  // Still running, as nothing could be recorded.
  return toFailedEvent(subject, toStoredProblem(outcome ?? toLostError(subject, ports)), ports)
}

/** Creates the event of a failed import. After it is published, the import is removed. */
const toFailedEvent = (subject: ImportSubject, problem: StoredProblem, ports: Needs): EventDraft => ({
  type: 'dataset.failed',
  data: { ...subject, problem },
  afterPublish: async () => void (await skipCorrupt(removeIfSuperseded(subject, ports), ports)),
})

const toLostError = ({ dataset }: ImportSubject, ports: Pick<Ports, 'config'>): CorruptStateError =>
  new CorruptStateError(datasetRef(dataset, ports).key, undefined, 'it does not exist')

/** Updates the dataset if this import is running and was not cancelled. */
const endImport = (
  { dataset, importId }: ImportSubject,
  change: (state: DatasetState) => DatasetState,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<DatasetState | undefined> =>
  updateDataset(dataset, (state) => (findRole(importId, state) === 'running' ? change(state) : undefined), ports)
