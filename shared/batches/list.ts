import type { BatchItem, UnreadableBatch } from '../contracts/batch.ts'
import { BatchName } from '../contracts/batch-name.ts'
import { fromCursor, invalidCursor, type Page, type PageRequest } from '../contracts/page.ts'
import type { Ports } from '../platform/ports.ts'
import { readOrUnreadable } from '../platform/state/corrupt-state.ts'
import { listNames } from '../platform/storage/list-names.ts'
import { readPage } from '../platform/storage/read-page.ts'
import { findBatch } from './record/store.ts'
import { toBatchView } from './view.ts'

/** What a cursor may be: earlier versions also returned names that no batch can have, such as `raw`. */
const FOLDER_NAME = /^[^/\p{C}]{1,200}$/u

/** Returns a page of batches, sorted by name in byte order. One that cannot be read is shown as `unreadable`. */
export async function listBatches(
  { limit, cursor }: PageRequest,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<Page<BatchItem | UnreadableBatch>> {
  const prefix = ports.config.dataPrefix
  const after = fromCursor(cursor)
  if (after !== undefined && !FOLDER_NAME.test(after)) throw invalidCursor()
  const { names, isMore } = await listNames(
    (from = prefix) => ports.objects.list(prefix, { folded: true, limit, after: from }),
    ({ folders }) =>
      folders.map((folder) => folder.slice(prefix.length, -1)).filter((name) => BatchName.safeParse(name).success),
    after === undefined ? prefix : `${prefix}${after}/`,
  )
  return readPage<BatchItem | UnreadableBatch>(names, isMore, {
    read: async (batch) => {
      const item = await readOrUnreadable(readItem(batch, ports))
      return item?.state === 'unreadable' ? { batch, ...item } : item
    },
    replace: (batch, unreadable) => ({ batch, ...unreadable }),
  })
}

async function readItem(batch: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<BatchItem | undefined> {
  const found = await findBatch(batch, ports)
  if (!found) return undefined
  const view = await toBatchView(batch, found.value, ports)
  const { skipImages, ...request } = view.request
  return { ...view, request: { ...request, skipImageCount: skipImages.length } }
}
