import type { WorkerWithLink } from '../../contracts/worker.ts'
import type { Config } from '../../platform/config.ts'
import type { Ports } from '../../platform/ports.ts'
import { updateState } from '../../platform/state/compare-and-swap.ts'
import { hashSecret, newSecret, removeLink, storeLink, toLink } from './link.ts'
import type { WorkerState } from './state.ts'
import { findWorker, noWorker, workerRef } from './store.ts'
import { toWorkerView } from './view.ts'

/**
 * Replaces the link of a worker. The previous one opens nothing from now on, and sessions that were opened with it end
 * within a minute. The worker stays the same: so do its pseudonym, and the seats of a shared link.
 * @throws AppError `not-found`
 */
export async function rotateLink(
  worker: string,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'> & { readonly config: Pick<Config, 'apiUrl'> },
): Promise<WorkerWithLink> {
  const secret = newSecret()
  const state = await replaceLink(worker, hashSecret(secret), ports)
  return { ...toWorkerView(state, ports.now()), link: toLink(secret, ports.config.apiUrl) }
}

/** @param sha256 of the secret of the new link */
export async function replaceLink(
  worker: string,
  sha256: string,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<WorkerState> {
  const found = await findWorker(worker, ports)
  if (!found) throw noWorker(worker)
  await storeLink(found.value, sha256, ports)
  let previous: string | undefined
  const replace = (state: WorkerState): WorkerState | undefined => {
    // Another worker may have got the name in the meantime.
    if (state.id !== found.value.id) return undefined
    previous = state.link.sha256
    return { ...state, link: { sha256, createdAt: ports.now().toISOString() } }
  }
  const changed = await updateState({ ...workerRef(worker), known: found }, replace, ports)
  const isReplaced = changed?.value.link.sha256 === sha256
  const unused = isReplaced ? previous : sha256
  if (unused !== undefined) await removeLink(unused, ports)
  if (!isReplaced) throw noWorker(worker)
  return changed.value
}
