import type { WorkerView } from '../../contracts/worker.ts'
import type { Ports } from '../../platform/ports.ts'
import { findWorker, noWorker } from './store.ts'
import { toWorkerView } from './view.ts'

/** Returns a worker. @throws AppError `not-found` */
export async function getWorker(worker: string, ports: Pick<Ports, 'objects' | 'now'>): Promise<WorkerView> {
  const found = await findWorker(worker, ports)
  if (!found) throw noWorker(worker)
  return toWorkerView(found.value, ports.now())
}
