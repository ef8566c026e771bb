import { DatasetName } from '../contracts/dataset.ts'
import { AppError } from '../contracts/errors.ts'
import type { Ports } from '../platform/ports.ts'
import { updateState } from '../platform/state/compare-and-swap.ts'
import { createState, readState, replaceState, type State } from '../platform/state/record.ts'
import { listingPages } from '../platform/storage/listing-pages.ts'
import { CATALOG } from './sources/catalog.ts'
import { DATASET, type DatasetState } from './state.ts'

/** Returns the key prefix of a dataset, with the final slash. */
export const datasetFolder = (dataset: string, { config }: Pick<Ports, 'config'>): string =>
  `${config.dataPrefix}raw/${dataset}/`

export const datasetRef = (dataset: string, ports: Pick<Ports, 'config'>) => ({
  key: `${datasetFolder(dataset, ports)}dataset.json`,
  type: DATASET,
  subject: { dataset },
})

/** A dataset's state. A catalog dataset without a state object has no `etag`. */
export interface FoundDataset {
  readonly value: DatasetState
  readonly etag: string | undefined
}

/** Finds a registered dataset or a catalog dataset. */
export async function findDataset(
  dataset: string,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<FoundDataset | undefined> {
  const stored: State<DatasetState> | undefined = await readState(datasetRef(dataset, ports), ports)
  if (stored) return stored
  const value = initialState(dataset)
  return value && { value, etag: undefined }
}

/** Returns the state of a dataset of the catalog that was never written. */
function initialState(dataset: string): DatasetState | undefined {
  const registration = CATALOG[dataset]
  return registration && { registration }
}

/** Returns a dataset. @throws AppError `not-found` */
export async function getDataset(dataset: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<FoundDataset> {
  const found = await findDataset(dataset, ports)
  if (found) return found
  throw new AppError('not-found', `Dataset "${dataset}" does not exist; GET /v1/datasets lists the datasets.`)
}

/** @throws AppError `wrong-state` when the dataset is being deleted */
export function assertNotDeleting(dataset: string, { deleting }: DatasetState): void {
  if (!deleting) return
  const hint = `DELETE /v1/datasets/${dataset} resumes the deletion`
  throw new AppError('wrong-state', `"${dataset}" is being deleted; ${hint}.`)
}

/** Replaces the state if nobody has changed it since it was read (compare-and-swap). Returns false otherwise. */
export const saveDataset = async (
  dataset: string,
  found: Pick<FoundDataset, 'etag'>,
  value: DatasetState,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<boolean> =>
  (await (found.etag === undefined
    ? createState(datasetRef(dataset, ports), value, ports)
    : replaceState(datasetRef(dataset, ports), { etag: found.etag }, value, ports))) !== undefined

/**
 * Replaces a dataset's state by compare-and-swap; see {@link updateState}. A dataset of the catalog is created with its
 * first change.
 * @returns the state as it is now; `undefined` when there is no such dataset
 */
export const updateDataset = async (
  dataset: string,
  change: (state: DatasetState) => DatasetState | undefined,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<DatasetState | undefined> =>
  (await updateState({ ...datasetRef(dataset, ports), initial: initialState(dataset) }, change, ports))?.value

/** Lists the names of all datasets, sorted: catalog datasets and registered ones. */
export async function datasetNames(ports: Pick<Ports, 'config' | 'objects'>): Promise<string[]> {
  const prefix = `${ports.config.dataPrefix}raw/`
  const names = new Set(Object.keys(CATALOG))
  for await (const { folders } of listingPages(ports, prefix, { folded: true }))
    for (const folder of folders) {
      const name = folder.slice(prefix.length, -1)
      if (DatasetName.safeParse(name).success) names.add(name)
    }
  return [...names].sort()
}
