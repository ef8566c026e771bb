import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { removeFolder } from '../../platform/storage/remove-folder.ts'
import { datasetFolder, datasetRef, findDataset, getDataset, saveDataset } from '../store.ts'

/**
 * Deletes a dataset and its imports. Batches made from it remain; a catalog dataset can be imported again. The state
 * object is removed last, so a deletion that was interrupted can be resumed by calling this again.
 * @throws AppError `not-found`; `wrong-state` while an import is running
 */
export async function forgetDataset(
  dataset: string,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<void> {
  const found = await getDataset(dataset, ports)
  if (found.value.importing)
    throw new AppError(
      'wrong-state',
      `An import of "${dataset}" is running; DELETE /v1/datasets/${dataset}/import cancels it.`,
    )
  if (!(await saveDataset(dataset, found, { ...found.value, deleting: true }, ports)))
    return forgetDataset(dataset, ports)
  const ownKey = datasetRef(dataset, ports).key
  // Of two concurrent deletions, the slower one must not remove a dataset that was registered again meanwhile.
  const isStillCurrent = async () => (await findDataset(dataset, ports))?.value.deleting === true
  await removeFolder(datasetFolder(dataset, ports), ports, { keep: (key) => key === ownKey, isStillCurrent })
  if (await isStillCurrent()) await ports.objects.remove([{ key: ownKey }])
}
