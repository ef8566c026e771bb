import { toS3Uri } from '../../contracts/s3-uri.ts'
import { type StoredProblem, toStoredProblem } from '../../contracts/stored-problem.ts'
import type { EventDraft } from '../../platform/fan-out/job.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import type { PinnedFile } from '../../platform/storage/pinned-file.ts'
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

/**
 * Makes a checked import the current one, with one conditional write.
 * @returns the event to publish; undefined if the import was cancelled meanwhile
 * @throws CorruptStateError when the state of the dataset is lost or damaged
 */
export async function completeImport(
  subject: ImportSubject,
  sources: StoredSources,
  counted: DatasetCounts,
  index: PinnedFile | undefined,
  ports: Needs,
): Promise<EventDraft | undefined> {
  const countsFile = await storeCounts(subject, counted, ports)
  const files = sources.files && [...sources.files, countsFile, ...(index ? [index] : [])]
  const current = describeImport(subject, sources, counted, index, ports)
  const state = await endImport(subject, (before) => withCurrent(before, { ...current, files }), ports)
  if (state && wasCompleted(findRole(subject.importId, state))) return toReadyEvent(subject, ports)
  const { isSuperseded } = await readStanding(subject, ports)
  if (!isSuperseded) throw toLostError(subject, ports)
  await removeImport(subject, ports)
  return undefined
}

async function storeCounts(
  subject: ImportSubject,
  { counts }: DatasetCounts,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<PinnedFile> {
  const bytes = Buffer.from(JSON.stringify(counts))
  const etag = (await ports.objects.put(countsKey(subject, ports), bytes)) ?? ''
  return { name: COUNTS_NAME, etag, ...describeFile(bytes) }
}

function describeImport(
  subject: ImportSubject,
  { bytes, etag, contentHash }: StoredSources,
  { counts, groupedByImage }: DatasetCounts,
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

/** Creates the event of a completed import. After it is published, the intermediate files are removed. */
export const toReadyEvent = (subject: ImportSubject, ports: Pick<Ports, 'config' | 'objects'>): EventDraft => ({
  type: 'dataset.ready',
  data: { dataset: subject.dataset, importId: subject.importId },
  afterPublish: () => removeSliceParts(subject, ports),
})

/**
 * Records that an import failed; the current import remains. If this import is current, only its event was missing. If
 * the state of the dataset is lost or damaged, the event alone says so.
 * @returns the event to publish; undefined if the import is no longer running
 */
export async function failImport(
  subject: ImportSubject,
  problem: StoredProblem,
  ports: Needs,
): Promise<EventDraft | undefined> {
  const { importId } = subject
  const fail = ({ importing: _, ...rest }: DatasetState) => ({ ...rest, problem, failedImport: importId })
  const state = await readOrCorrupt(endImport(subject, fail, ports))
  if (state instanceof CorruptStateError) return toFailedEvent(subject, toStoredProblem(state), ports)
  if (state && wasCompleted(findRole(importId, state))) return toReadyEvent(subject, ports)
  // An older version did not record which import had failed.
  const { problem: recorded, failedImport = importId } = state ?? {}
  if (recorded && failedImport === importId) return toFailedEvent(subject, recorded, ports)
  const { isSuperseded } = await readStanding(subject, ports)
  return isSuperseded ? undefined : toFailedEvent(subject, toStoredProblem(toLostError(subject, ports)), ports)
}

/** Creates the event of a failed import. After it is published, the import is removed. */
const toFailedEvent = (subject: ImportSubject, problem: StoredProblem, ports: Needs): EventDraft => ({
  type: 'dataset.failed',
  data: { ...subject, problem },
  afterPublish: async () => void (await readOrCorrupt(removeIfSuperseded(subject, ports))),
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
