import type { Registration } from '../../contracts/dataset.ts'
import { AppError } from '../../contracts/errors.ts'
import { assertSameRequest } from '../../platform/http/assert-same-request.ts'
import { checkSources } from '../../platform/outbound/check-sources.ts'
import type { Ports } from '../../platform/ports.ts'
import { removeFolder } from '../../platform/storage/remove-folder.ts'
import { namedSources } from '../import/import-plan.ts'
import { CATALOG } from '../sources/catalog.ts'
import type { DatasetState } from '../state.ts'
import { assertNotDeleting, datasetFolder, findDataset, getDataset, saveDataset, stateKey } from '../store.ts'

/**
 * Registers a dataset of the user's own.
 * @returns whether it is new; false when the same registration stands there already
 * @throws AppError `conflict` when another dataset has the name, `wrong-state` when it is being deleted, `bad-source`
 *   when a bucket may not be read
 */
export async function registerDataset(
  dataset: string,
  registration: Registration,
  { validateOnly }: { readonly validateOnly: boolean },
  ports: Ports,
): Promise<{ created: boolean; state: DatasetState }> {
  checkSources(
    [
      ...namedSources(registration.sources).map(({ source, uri }) => ({ at: `body.sources.${source}`, uri })),
      { at: 'body.imageLocation', uri: registration.imageLocation },
    ],
    ports.config,
  )
  const found = await findDataset(dataset, ports)
  if (found) return sameAgain(dataset, registration, found.value)
  const state: DatasetState = { registration }
  if (validateOnly) return { created: false, state }
  if (await saveDataset(dataset, { etag: undefined }, state, ports)) return { created: true, state }
  return sameAgain(dataset, registration, (await getDataset(dataset, ports)).value)
}

function sameAgain(dataset: string, registration: Registration, state: DatasetState) {
  assertNotDeleting(dataset, state)
  const hint = dataset in CATALOG ? 'it is part of the catalog' : 'delete it first, or choose another name'
  assertSameRequest(state.registration, registration, `Another dataset is registered as "${dataset}"; ${hint}.`)
  return { created: false, state }
}

/**
 * Forgets a dataset and all that was imported of it; batches made from it stay. One of the catalog can be
 * imported again. Its own state goes last, so that it can be gone on with at any point.
 * @throws AppError `not-found`; `wrong-state` while an import runs
 */
export async function forgetDataset(dataset: string, ports: Ports): Promise<void> {
  const found = await getDataset(dataset, ports)
  if (found.value.importing)
    throw new AppError(
      'wrong-state',
      `"${dataset}" is being imported; DELETE /v1/datasets/${dataset}/import cancels that.`,
    )
  if (!(await saveDataset(dataset, found, { ...found.value, deleting: true }, ports)))
    return forgetDataset(dataset, ports)
  const own = stateKey(dataset, ports)
  // Where two do so, the slower one must not touch a dataset that has been registered anew since.
  const isStillCurrent = async () => (await findDataset(dataset, ports))?.value.deleting === true
  await removeFolder(datasetFolder(dataset, ports), ports, { keep: (key) => key === own, isStillCurrent })
  if (await isStillCurrent()) await ports.objects.remove([own])
}
