import * as z from 'zod'
import { DatasetView } from '../contracts/dataset.ts'
import { fromCursor, type Page, type PageRequest } from '../contracts/page.ts'
import type { Ports } from '../platform/ports.ts'
import { readPage } from '../platform/storage/read-page.ts'
import { describeDataset } from './describe.ts'
import { datasetNames, findDataset } from './store.ts'

/** A dataset in a list: a {@link DatasetView} with the length of `skipImages` in its place. */
export const DatasetItem = DatasetView.omit({ skipImages: true })
  .extend({ skipImageCount: z.int().describe('Number of images that are never selected') })
  .meta({
    id: 'DatasetItem',
    description: 'A dataset in a list, with the number of skipped images instead of their ids.',
  })
type DatasetItem = z.infer<typeof DatasetItem>

/** Lists a page of datasets, sorted by name. */
export async function listDatasets(
  { limit, cursor }: PageRequest,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<Page<DatasetItem>> {
  const after = fromCursor(cursor) ?? ''
  const names = (await datasetNames(ports)).filter((name) => name > after)
  return readPage(names.slice(0, limit), names.length > limit, (name) => readItem(name, ports))
}

async function readItem(dataset: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<DatasetItem | undefined> {
  const found = await findDataset(dataset, ports)
  if (!found) return undefined
  const { skipImages, ...view } = await describeDataset(dataset, found.value, ports)
  return { ...view, skipImageCount: skipImages.length }
}
