import type { CurrentImport } from '../../contracts/dataset.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { StoredProblem } from '../../contracts/stored-problem.ts'
import type { EventDraft } from '../../platform/fan-out/job.ts'
import type { Ports } from '../../platform/ports.ts'
import { readState } from '../../platform/state/record.ts'
import { removeFolder } from '../../platform/storage/remove-folder.ts'
import type { DatasetState } from '../state.ts'
import { findDataset, updateDataset } from '../store.ts'
import type { DatasetCounts } from './count-classes.ts'
import {
  abortUploads,
  countsKey,
  fileKey,
  type ImportSubject,
  importFolder,
  planRef,
  readAnnotations,
} from './import-files.ts'
import { slicePartsFolder } from './slice-receipt.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'now' | 'newId'>

/**
 * Makes a checked import the current one, with one conditional write.
 * @returns the event to publish; undefined if the import was cancelled meanwhile
 */
export async function completeImport(
  subject: ImportSubject,
  { counts, groupedByImage }: DatasetCounts,
  index: CurrentImport['index'],
  ports: Needs,
): Promise<EventDraft | undefined> {
  await ports.objects.put(countsKey(subject, ports), JSON.stringify(counts))
  const annotations = await readAnnotations(subject, ports)
  const current: CurrentImport = {
    importId: subject.importId,
    importedAt: ports.now().toISOString(),
    imageCount: counts.imageCount,
    boxCount: counts.boxCount,
    classCount: Object.values(counts.classes).filter(({ images }) => images > 0).length,
    annotations: {
      uri: toS3Uri(fileKey(subject, 'annotations', ports), ports),
      ...annotations,
      groupedByImage,
    },
    index,
  }
  const state = await endImport(subject, ({ importing: _, problem: __, ...rest }) => ({ ...rest, current }), ports)
  if (state?.current?.importId !== subject.importId) {
    await removeIfSuperseded(subject, ports)
    return undefined
  }
  return toReadyEvent(subject, ports)
}

/** Creates the event of a current import. After it is published, the intermediate files are removed. */
export const toReadyEvent = (subject: ImportSubject, ports: Pick<Ports, 'config' | 'objects'>): EventDraft => ({
  type: 'dataset.ready',
  data: { dataset: subject.dataset, importId: subject.importId },
  afterPublish: () => removeSliceParts(subject, ports),
})

export const removeSliceParts = async (
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<void> => void (await removeFolder(slicePartsFolder(subject, ports), ports))

/** Tells whether this import is the current one. */
export async function isCurrent(
  { dataset, importId }: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<boolean> {
  return (await findDataset(dataset, ports))?.value.current?.importId === importId
}

/**
 * Records that an import failed; the current import remains. If this import is current, only its event was missing.
 * @returns the event to publish; undefined if the import is no longer running
 */
export async function failImport(
  subject: ImportSubject,
  problem: StoredProblem,
  ports: Needs,
): Promise<EventDraft | undefined> {
  const state = await endImport(subject, ({ importing: _, ...rest }) => ({ ...rest, problem }), ports)
  if (state?.current?.importId === subject.importId) return toReadyEvent(subject, ports)
  if (!state?.problem) return undefined
  return {
    type: 'dataset.failed',
    data: { dataset: subject.dataset, importId: subject.importId, problem },
    afterPublish: () => removeImport(subject, ports),
  }
}

/** Updates the dataset if this import is running and was not cancelled. */
const endImport = (
  { dataset, importId }: ImportSubject,
  change: (state: DatasetState) => DatasetState,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<DatasetState | undefined> =>
  updateDataset(dataset, (state) => (isRunning(importId, state) ? change(state) : undefined), ports)

/** Tells whether this import is running and was not cancelled, so that it can become current. Pure. */
export const isRunning = (importId: string, { importing }: DatasetState): boolean =>
  importing?.importId === importId && !importing.cancelled

/**
 * Removes the files and open uploads of an import that will not become current. The plan is removed first: workers check
 * it to see that the import has ended. The ends of its rounds remain, so that late messages are ignored.
 */
export async function removeImport(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects' | 'uploads'>,
): Promise<void> {
  const plan = await readState(planRef(subject, ports), ports)
  if (plan) await abortUploads(subject, plan.value, ports)
  await ports.objects.remove([{ key: planRef(subject, ports).key }])
  await removeFolder(importFolder(subject, ports), ports, {
    keep: (key) => /\/rounds\/(fetch|check)\/1\.json$/.test(key),
  })
}

/**
 * Removes what was written for an import after its removal. Returns true if the import was removed. Workers call it after
 * their last write: as the plan is removed before all else, either the worker or the removal removes that write.
 */
export async function removeIfSuperseded(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects' | 'uploads'>,
): Promise<boolean> {
  if (await ports.objects.get(planRef(subject, ports).key, { start: 0, end: 1 })) return false
  await removeImport(subject, ports)
  return true
}
