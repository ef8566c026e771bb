import type { BatchItem, UnreadableBatch } from '../contracts/batch.ts'
import { fromCursor, invalidCursor, type Page, type PageRequest } from '../contracts/page.ts'
import { RESERVED_NAMES } from '../contracts/reserved-names.ts'
import type { Ports } from '../platform/ports.ts'
import { readOrUnreadable } from '../platform/state/corrupt-state.ts'
import { readPage } from '../platform/storage/read-page.ts'
import { findBatch } from './record/store.ts'
import { toBatchView } from './view.ts'

const FOLDER_NAME = /^[^/\p{C}]{1,200}$/u

/** Returns a page of batches, sorted by name in byte order. One that cannot be read is shown as `unreadable`. */
export async function listBatches(
  { limit, cursor }: PageRequest,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<Page<BatchItem | UnreadableBatch>> {
  const prefix = ports.config.dataPrefix
  const after = fromCursor(cursor)
  if (after !== undefined && !FOLDER_NAME.test(after)) throw invalidCursor()
  const list = (from: string) => ports.objects.list(prefix, { folded: true, limit, after: from })
  let page = await list(after === undefined ? prefix : `${prefix}${after}/`)
  // A page may hold nothing but objects beside the folders of batches.
  while (page.folders.length === 0 && page.next !== undefined) page = await list(page.next)
  const names = page.folders.map((folder) => folder.slice(prefix.length, -1))
  return readPage(names, page.next !== undefined, async (batch) => {
    const item = await readOrUnreadable(readItem(batch, ports))
    return item?.state === 'unreadable' ? { batch, ...item } : item
  })
}

async function readItem(batch: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<BatchItem | undefined> {
  const found = RESERVED_NAMES.includes(batch) ? undefined : await findBatch(batch, ports)
  if (!found) return undefined
  const view = await toBatchView(batch, found.value, ports)
  const { skipImages, ...request } = view.request
  return { ...view, request: { ...request, skipImageCount: skipImages.length } }
}
