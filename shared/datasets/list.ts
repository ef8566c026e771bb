import { fromCursor, type Page, type PageRequest, toCursor } from '../http/page.ts'
import type { Ports } from '../ports.ts'
import type { DatasetView } from './dataset.ts'
import { describeDataset } from './describe.ts'
import { datasetNames, findDataset } from './store.ts'

/** A page of datasets, sorted by name. */
export async function listDatasets({ limit, cursor }: PageRequest, ports: Ports): Promise<Page<DatasetView>> {
  const after = fromCursor(cursor) ?? ''
  const names = (await datasetNames(ports)).filter((name) => name > after)
  const page = names.slice(0, limit)
  const items = await Promise.all(
    page.map(async (name) => {
      const found = await findDataset(name, ports)
      return found ? [await describeDataset(name, found.value, ports)] : []
    }),
  )
  const last = page.at(-1)
  return { items: items.flat(), ...(last !== undefined && names.length > limit && { nextCursor: toCursor(last) }) }
}
