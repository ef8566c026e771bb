import { fromCursor, invalidCursor, type Page, type PageRequest } from '../../contracts/page.ts'
import { type WorkerItem, WorkerName, type WorkerView } from '../../contracts/worker.ts'
import type { Ports } from '../../platform/ports.ts'
import { readOrUnreadable } from '../../platform/state/corrupt-state.ts'
import { listNames, toRecordNames } from '../../platform/storage/list-names.ts'
import { readPage } from '../../platform/storage/read-page.ts'
import { findWorker, WORKERS, workerRef } from './store.ts'
import { toWorkerView } from './view.ts'

/** Returns a page of workers, sorted by name without case. One that cannot be read is shown as unreadable. */
export async function listWorkers(
  { limit, cursor }: PageRequest,
  ports: Pick<Ports, 'objects' | 'now'>,
): Promise<Page<WorkerItem>> {
  const after = fromCursor(cursor)
  if (after !== undefined && !WorkerName.safeParse(after).success) throw invalidCursor()
  const { names, isMore } = await listNames(
    (from = WORKERS) => ports.objects.list(WORKERS, { limit, after: from }),
    (page) => toRecordNames(page, WORKERS, WorkerName),
    after && workerRef(after).key,
  )
  return readPage<WorkerItem>(names, isMore, {
    read: async (worker) => {
      const item = await readOrUnreadable(findView(worker, ports))
      return item && { worker, ...item }
    },
    replace: (worker, unreadable) => ({ worker, ...unreadable }),
  })
}

async function findView(worker: string, ports: Pick<Ports, 'objects' | 'now'>): Promise<WorkerView | undefined> {
  const found = await findWorker(worker, ports)
  return found && toWorkerView(found.value, ports.now())
}
