import * as z from 'zod'
import { DatasetView } from '../contracts/dataset.ts'
import { Count } from '../contracts/fields.ts'
import { fromCursor, type Page, type PageRequest } from '../contracts/page.ts'
import { unreadableItem } from '../contracts/unreadable.ts'
import type { Ports } from '../platform/ports.ts'
import { readOrUnreadable } from '../platform/state/corrupt-state.ts'
import { readPage } from '../platform/storage/read-page.ts'
import { describeDataset } from './describe.ts'
import { datasetNames, findDataset } from './store.ts'

/** A dataset in a list: a {@link DatasetView} with the length of `skipImages` in its place. */
export const DatasetItem = DatasetView.omit({ skipImages: true })
  .extend({ skipImageCount: Count.describe('Number of images that are never selected') })
  .meta({
    id: 'DatasetItem',
    description: 'A dataset in a list, with the number of skipped images instead of their ids.',
  })

/** What a list of datasets shows: a dataset, or what stands for one whose state is corrupt. */
export const DatasetListItem = z
  .discriminatedUnion('state', [DatasetItem, unreadableItem('dataset', 'UnreadableDataset')])
  .meta({
    id: 'DatasetListItem',
    description: 'A dataset in a list, or the problem of one whose stored state cannot be read.',
  })
type DatasetListItem = z.infer<typeof DatasetListItem>

/** Lists a page of datasets, sorted by name. One whose state is corrupt does not hide the others. */
export async function listDatasets(
  { limit, cursor }: PageRequest,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<Page<DatasetListItem>> {
  const after = fromCursor(cursor) ?? ''
  const names = (await datasetNames(ports)).filter((name) => name > after)
  return readPage<DatasetListItem>(names.slice(0, limit), names.length > limit, {
    read: async (name) => {
      const item = await readOrUnreadable(readItem(name, ports))
      return item?.state === 'unreadable' ? { dataset: name, ...item } : item
    },
    replace: (dataset, unreadable) => ({ dataset, ...unreadable }),
  })
}

async function readItem(
  dataset: string,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<z.infer<typeof DatasetItem> | undefined> {
  const found = await findDataset(dataset, ports)
  if (!found) return undefined
  const { skipImages, ...view } = await describeDataset(dataset, found.value, ports)
  return { ...view, skipImageCount: skipImages.length }
}
