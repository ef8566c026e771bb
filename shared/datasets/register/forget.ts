import type { DeletionPreview, DeletionReport } from '../../contracts/deletion.ts'
import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { removeState } from '../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../platform/state/retry-on-conflict.ts'
import { previewRemoval, removeOwn } from '../../platform/storage/remove-own.ts'
import { findVersion } from '../../platform/storage/stored-file.ts'
import { removePlan } from '../import/remove-import.ts'
import type { DatasetState } from '../state.ts'
import { datasetFolder, datasetRef, findDataset, getDataset, saveDataset } from '../store.ts'
import { findImports, isDatasetFile } from './find-imports.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'newId' | 'log'>

/**
 * Counts what deleting a dataset removes, and what it leaves; nothing is removed.
 * @throws AppError `not-found`; `wrong-state` while an import is running
 */
export async function previewForgetting(dataset: string, ports: Needs): Promise<DeletionPreview> {
  const found = await readOrCorrupt(getDataset(dataset, ports))
  const state = found instanceof CorruptStateError ? undefined : found.value
  if (state) assertNotImporting(dataset, state)
  const imports = await findImports(dataset, state, ports)
  return previewRemoval(datasetFolder(dataset, ports), (name) => isDatasetFile(name, imports), ports)
}

/**
 * Deletes a dataset and its imports, also if its state is corrupt. Batches made from it remain, and so does what
 * Groundwork did not write; a catalog dataset can be imported again. Plans of imports are removed first and the state
 * object last, so a deletion that was interrupted can be resumed by calling this again.
 * @throws AppError `not-found`; `wrong-state` while an import is running
 */
export function forgetDataset(dataset: string, ports: Needs): Promise<DeletionReport> {
  return retryOnConflict(datasetRef(dataset, ports).key, async () => {
    const found = await readOrCorrupt(getDataset(dataset, ports))
    if (found instanceof CorruptStateError) return forgetCorrupt(dataset, found, ports)
    assertNotImporting(dataset, found.value)
    const isMarked = await saveDataset(dataset, found, { ...found.value, deleting: true }, ports)
    return isMarked ? forgetMarked(dataset, found.value, ports) : CONFLICT
  })
}

/** Removes a dataset that is marked as `deleting`. */
async function forgetMarked(dataset: string, state: DatasetState, ports: Needs): Promise<DeletionReport> {
  // Of two concurrent deletions, the slower one must not remove a dataset that was registered again meanwhile.
  const findDeleting = async (): Promise<string | undefined> => {
    const current = await readOrCorrupt(findDataset(dataset, ports))
    return current && !(current instanceof CorruptStateError) && current.value.deleting ? current.etag : undefined
  }
  const imports = await findImports(dataset, state, ports)
  const report = await removeImports(dataset, imports, async () => (await findDeleting()) !== undefined, ports)
  const etag = await findDeleting()
  const isRemoved = etag !== undefined && (await removeState(datasetRef(dataset, ports), { etag }, ports))
  return isRemoved ? { ...report, removed: report.removed + 1 } : report
}

/** Deletes a dataset whose state is corrupt, unless that is repaired meanwhile. An import may still be running. */
async function forgetCorrupt(
  dataset: string,
  { etag = '' }: CorruptStateError,
  ports: Needs,
): Promise<DeletionReport | typeof CONFLICT> {
  const ref = datasetRef(dataset, ports)
  const findEtag = async (): Promise<string | undefined> => (await findVersion(ref.key, ports))?.etag
  const imports = await findImports(dataset, undefined, ports)
  const report = await removeImports(dataset, imports, async () => (await findEtag()) === etag, ports)
  if (!(await removeState(ref, { etag }, ports))) return CONFLICT
  // While the state was corrupt, workers could not see that their import is gone, and did not clean up.
  const late = await removeImports(dataset, imports, async () => (await findEtag()) === undefined, ports)
  return { ...late, removed: report.removed + 1 + late.removed }
}

/**
 * Removes the imports of a dataset, their plans first. Its state stays.
 * @param isStillCurrent as {@link removeOwn} asks for it
 */
async function removeImports(
  dataset: string,
  imports: ReadonlySet<string>,
  isStillCurrent: () => Promise<boolean>,
  ports: Needs,
): Promise<DeletionReport> {
  // Imports that were found before this check are not of a dataset that is registered again after it.
  let plans = 0
  if (imports.size > 0 && (await isStillCurrent()))
    for (const importId of imports) if (await removePlan({ dataset, importId }, ports)) plans += 1
  const isOwn = (name: string): boolean => isDatasetFile(name, imports)
  const isRecord = (name: string): boolean => name === 'dataset.json'
  const folder = datasetFolder(dataset, ports)
  const { records: _, ...report } = await removeOwn(folder, isOwn, { isRecord, isStillCurrent }, ports)
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
