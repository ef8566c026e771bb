import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { removeState } from '../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../platform/state/retry-on-conflict.ts'
import { removeLink } from './link.ts'
import { findWorker, noWorker, workerRef } from './store.ts'

/**
 * Removes a worker: the link opens nothing from now on, and sessions end within a minute. Answers stay, under the
 * worker's pseudonym. A worker whose record cannot be read is removed as well.
 * @throws AppError `not-found`
 */
export function removeWorker(worker: string, ports: Pick<Ports, 'objects'>): Promise<void> {
  const ref = workerRef(worker)
  return retryOnConflict(ref.key, async () => {
    const found = await readOrCorrupt(findWorker(worker, ports))
    if (!found) throw noWorker(worker)
    // The link first: while the record is there, a repeated call finds what is left.
    if (!(found instanceof CorruptStateError)) await removeLink(found.value.link.sha256, ports)
    const isRemoved = await removeState(ref, { etag: found.etag ?? '' }, ports)
    return isRemoved ? undefined : CONFLICT
  })
}
