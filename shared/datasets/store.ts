import { AppError } from '../contracts/errors.ts'
import type { Ports } from '../platform/ports.ts'
import { createState, readState, replaceState, type State } from '../platform/state/record.ts'
import { listingPages } from '../platform/storage/listing-pages.ts'
import { CATALOG } from './sources/catalog.ts'
import { DatasetState } from './state.ts'

/** Where all of a dataset is kept; ends in a slash. */
export const datasetFolder = (dataset: string, { config }: Ports): string => `${config.dataPrefix}raw/${dataset}/`

export const stateKey = (dataset: string, ports: Ports): string => `${datasetFolder(dataset, ports)}dataset.json`

/** A dataset's state; one of the catalog that nobody has touched yet has no version. */
export interface FoundDataset {
  readonly value: DatasetState
  readonly etag: string | undefined
}

/** A dataset that was registered, or is in the catalog. */
export async function findDataset(dataset: string, ports: Ports): Promise<FoundDataset | undefined> {
  const stored: State<DatasetState> | undefined = await readState(ports.objects, stateKey(dataset, ports), DatasetState)
  if (stored) return stored
  const registration = CATALOG[dataset]
  return registration && { value: { registration }, etag: undefined }
}

/** @throws AppError `not-found`, naming the call that lists what there is */
export async function getDataset(dataset: string, ports: Ports): Promise<FoundDataset> {
  const found = await findDataset(dataset, ports)
  if (found) return found
  throw new AppError('not-found', `There is no dataset "${dataset}"; GET /v1/datasets lists those that there are.`)
}

/** @throws AppError `wrong-state` when the dataset is being deleted */
export function assertNotDeleting(dataset: string, { deleting }: DatasetState): void {
  if (!deleting) return
  const hint = `DELETE /v1/datasets/${dataset} goes on where it had stopped`
  throw new AppError('wrong-state', `"${dataset}" is being deleted; ${hint}.`)
}

/** Replaces the state that was read. False when somebody else was first. */
export const saveDataset = (
  dataset: string,
  found: Pick<FoundDataset, 'etag'>,
  value: DatasetState,
  ports: Ports,
): Promise<boolean> =>
  found.etag === undefined
    ? createState(ports, stateKey(dataset, ports), value)
    : replaceState(ports, stateKey(dataset, ports), found.etag, value)

/**
 * Reads, decides and writes until nobody else was between.
 * @param change gives the new state, or undefined to leave it
 * @returns the state as it now stands
 */
export async function updateDataset(
  dataset: string,
  change: (state: DatasetState) => DatasetState | undefined,
  ports: Ports,
): Promise<DatasetState | undefined> {
  for (;;) {
    const found = await findDataset(dataset, ports)
    if (!found) return undefined
    const next = change(found.value)
    if (!next) return found.value
    if (await saveDataset(dataset, found, next, ports)) return next
  }
}

/** Names of all datasets, sorted: the catalog's and those registered. */
export async function datasetNames(ports: Ports): Promise<string[]> {
  const prefix = `${ports.config.dataPrefix}raw/`
  const names = new Set(Object.keys(CATALOG))
  for await (const { folders } of listingPages(ports, prefix, { folded: true }))
    for (const folder of folders) names.add(folder.slice(prefix.length, -1))
  return [...names].sort()
}
