import { WorkerRequest } from '../../contracts/worker.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { removeState } from '../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../platform/state/retry-on-conflict.ts'
import { newWorker, store } from './create.ts'
import { hashSecret } from './link.ts'
import { replaceLink } from './rotate-link.ts'
import { findWorker, workerRef } from './store.ts'

/** Whether the link with a secret is the one that a worker has. */
export async function hasLink(worker: string, secret: string, ports: Pick<Ports, 'objects'>): Promise<boolean> {
  const found = await readOrCorrupt(findWorker(worker, ports))
  return found !== undefined && !(found instanceof CorruptStateError) && found.value.link.sha256 === hashSecret(secret)
}

/**
 * Gives a worker the link with a secret. Creates the worker, who sees all jobs, if there is none, and in place of one that
 * cannot be read.
 */
export function setLink(
  worker: string,
  secret: string,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<void> {
  const ref = workerRef(worker)
  return retryOnConflict(ref.key, async () => {
    const found = await readOrCorrupt(findWorker(worker, ports))
    if (found && !(found instanceof CorruptStateError)) {
      await replaceLink(worker, hashSecret(secret), ports)
      return
    }
    if (found) await removeState(ref, { etag: found.etag ?? '' }, ports)
    const created = newWorker(worker, WorkerRequest.parse({}), hashSecret(secret), ports)
    return (await store(created, ports)) ? undefined : CONFLICT
  })
}
