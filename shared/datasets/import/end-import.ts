import type { CurrentImport } from '../../contracts/dataset.ts'
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
  planKey,
  readAnnotations,
} from './import-files.ts'
import { ImportPlan } from './import-plan.ts'
import { slicePartsFolder } from './slice-receipt.ts'

/** Makes a checked import the one that is read, in one write. An import that was cancelled meanwhile stays unused. */
export async function completeImport(
  subject: ImportSubject,
  { counts, groupedByImage }: DatasetCounts,
  index: CurrentImport['index'],
  ports: Ports,
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
      uri: `s3://${ports.config.bucket}/${fileKey(subject, 'annotations', ports)}`,
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
  return readyEvent(subject, ports)
}

/** What is sent of an import that is current; then what only joining it has needed goes. */
export const readyEvent = (subject: ImportSubject, ports: Ports): EventDraft => ({
  type: 'dataset.ready',
  data: { dataset: subject.dataset, importId: subject.importId },
  afterPublish: () => removeSliceParts(subject, ports),
})

export const removeSliceParts = async (subject: ImportSubject, ports: Ports): Promise<void> =>
  void (await removeFolder(slicePartsFolder(subject, ports), ports))

/** Whether this very import is the one that is read. */
export async function isCurrent({ dataset, importId }: ImportSubject, ports: Ports): Promise<boolean> {
  return (await findDataset(dataset, ports))?.value.current?.importId === importId
}

/** Ends an import that cannot go on; what was current before stays so. One that is current had all but its event. */
export async function failImport(
  subject: ImportSubject,
  problem: StoredProblem,
  ports: Ports,
): Promise<EventDraft | undefined> {
  const state = await endImport(subject, ({ importing: _, ...rest }) => ({ ...rest, problem }), ports)
  if (state?.current?.importId === subject.importId) return readyEvent(subject, ports)
  if (!state?.problem) return undefined
  return {
    type: 'dataset.failed',
    data: { dataset: subject.dataset, importId: subject.importId, problem },
    afterPublish: () => removeImport(subject, ports),
  }
}

/** Changes the dataset only while this very import runs, and was not cancelled. */
const endImport = (
  { dataset, importId }: ImportSubject,
  change: (state: DatasetState) => DatasetState,
  ports: Ports,
): Promise<DatasetState | undefined> =>
  updateDataset(dataset, (state) => (isRunning(importId, state) ? change(state) : undefined), ports)

/** Whether this import may still become current. */
export const isRunning = (importId: string, { importing }: DatasetState): boolean =>
  importing?.importId === importId && !importing.cancelled

/**
 * Removes what an import that will never be current has stored, and its open uploads: first its plan, by which those
 * who still work on it see that it is over. How its rounds ended stays: messages that come late find them over.
 */
export async function removeImport(subject: ImportSubject, ports: Ports): Promise<void> {
  const plan = await readState(ports.objects, planKey(subject, ports), ImportPlan)
  if (plan) await abortUploads(subject, plan.value, ports)
  await ports.objects.remove([planKey(subject, ports)])
  await removeFolder(importFolder(subject, ports), ports, {
    keep: (key) => /\/rounds\/(fetch|check)\/1\.json$/.test(key),
  })
}

/**
 * Removes what was written for an import after it had been removed; true when it is over. Whoever works on an import
 * calls it behind the last write: the plan goes before all else, so that either they or the removal find it.
 */
export async function removeIfSuperseded(subject: ImportSubject, ports: Ports): Promise<boolean> {
  if (await ports.objects.get(planKey(subject, ports), { start: 0, end: 1 })) return false
  await removeImport(subject, ports)
  return true
}
