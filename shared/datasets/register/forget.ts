import type { DeletionPreview, DeletionReport } from '../../contracts/deletion.ts'
import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { removeState } from '../../platform/state/record.ts'
import { listingPages } from '../../platform/storage/listing-pages.ts'
import { previewRemoval, removeOwn } from '../../platform/storage/remove-own.ts'
import { findVersion } from '../../platform/storage/stored-file.ts'
import { isImportFile } from '../import/import-files.ts'
import { removePlan } from '../import/remove-import.ts'
import type { DatasetState } from '../state.ts'
import { datasetFolder, datasetRef, findDataset, getDataset, saveDataset } from '../store.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'newId' | 'log'>

const IMPORT_ID = /^[a-z0-9]{16}$/

/** Whether Groundwork writes an object of this name into a dataset's folder. Pure. */
function isDatasetFile(name: string): boolean {
  const [importId = '', ...rest] = name.split('/')
  return name === 'dataset.json' || (IMPORT_ID.test(importId) && isImportFile(rest.join('/')))
}

/**
 * Counts what deleting a dataset removes, and what it leaves; nothing is removed.
 * @throws AppError `not-found`; `wrong-state` while an import is running
 */
export async function previewForgetting(dataset: string, ports: Needs): Promise<DeletionPreview> {
  const found = await readOrCorrupt(getDataset(dataset, ports))
  if (!(found instanceof CorruptStateError)) assertNotImporting(dataset, found.value)
  return previewRemoval(datasetFolder(dataset, ports), isDatasetFile, ports)
}

/**
 * Deletes a dataset and its imports, also if its state is corrupt. Batches made from it remain, and so does what
 * Groundwork did not write; a catalog dataset can be imported again. Plans of imports are removed first and the state
 * object last, so a deletion that was interrupted can be resumed by calling this again.
 * @throws AppError `not-found`; `wrong-state` while an import is running
 */
export async function forgetDataset(dataset: string, ports: Needs): Promise<DeletionReport> {
  const found = await readOrCorrupt(getDataset(dataset, ports))
  if (found instanceof CorruptStateError) return forgetCorrupt(dataset, found, ports)
  assertNotImporting(dataset, found.value)
  if (!(await saveDataset(dataset, found, { ...found.value, deleting: true }, ports)))
    return forgetDataset(dataset, ports)
  // Of two concurrent deletions, the slower one must not remove a dataset that was registered again meanwhile.
  const findDeleting = async (): Promise<string | undefined> => {
    const current = await readOrCorrupt(findDataset(dataset, ports))
    return current && !(current instanceof CorruptStateError) && current.value.deleting ? current.etag : undefined
  }
  const report = await removeFiles(dataset, async () => (await findDeleting()) !== undefined, ports)
  const etag = await findDeleting()
  const isRemoved = etag !== undefined && (await removeState(datasetRef(dataset, ports), { etag }, ports))
  return isRemoved ? { ...report, removed: report.removed + 1 } : report
}

/** Deletes a dataset whose state is corrupt, unless that is repaired meanwhile. An import may still be running. */
async function forgetCorrupt(dataset: string, { etag = '' }: CorruptStateError, ports: Needs): Promise<DeletionReport> {
  const ref = datasetRef(dataset, ports)
  const findEtag = async (): Promise<string | undefined> => (await findVersion(ref.key, ports))?.etag
  const report = await removeFiles(dataset, async () => (await findEtag()) === etag, ports)
  if (!(await removeState(ref, { etag }, ports))) return forgetDataset(dataset, ports)
  // While the state was corrupt, workers could not see that their import is gone, and did not clean up.
  const late = await removeFiles(dataset, async () => (await findEtag()) === undefined, ports)
  return { ...late, removed: report.removed + 1 + late.removed }
}

/**
 * Removes the imports of a dataset, their plans first. Its state stays.
 * @param isStillCurrent as {@link removeOwn} asks for it
 */
async function removeFiles(
  dataset: string,
  isStillCurrent: () => Promise<boolean>,
  ports: Needs,
): Promise<DeletionReport> {
  const folder = datasetFolder(dataset, ports)
  const importIds: string[] = []
  for await (const { folders } of listingPages(ports, folder, { folded: true }))
    importIds.push(...folders.map((each) => each.slice(folder.length, -1)).filter((name) => IMPORT_ID.test(name)))
  // Imports that were listed before this check are not of a dataset that is registered again after it.
  let plans = 0
  if (importIds.length > 0 && (await isStillCurrent()))
    for (const importId of importIds) if (await removePlan({ dataset, importId }, ports)) plans += 1
  const isRecord = (name: string): boolean => name === 'dataset.json'
  const { records: _, ...report } = await removeOwn(folder, isDatasetFile, { isRecord, isStillCurrent }, ports)
  return { ...report, removed: plans + report.removed }
}

/** @throws AppError `wrong-state` while an import is running, which can always be cancelled */
function assertNotImporting(dataset: string, { importing }: DatasetState): void {
  if (!importing) return
  throw new AppError(
    'wrong-state',
    `An import of "${dataset}" is running; DELETE /v1/datasets/${dataset}/import cancels it.`,
  )
}
