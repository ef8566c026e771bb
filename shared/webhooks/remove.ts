import type { Ports } from '../platform/ports.ts'
import { isCorrupt } from '../platform/state/corrupt-state.ts'
import { replaceState } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { removeFolder } from '../platform/storage/remove-folder.ts'
import { deliveriesFolder, deliveriesUnder, findWebhook, noWebhook, webhookKey } from './store.ts'

/**
 * Removes a webhook and its deliveries. It is marked first, and gets no more deliveries from then on; its state is
 * removed last, so that a repeated call can resume a removal that was interrupted. A webhook in corrupt state is
 * removed as well.
 * @throws AppError `not-found`
 */
export async function removeWebhook(webhook: string, ports: Pick<Ports, 'objects' | 'newId'>): Promise<void> {
  const marked = await retryOnConflict(webhookKey(webhook), () => markRemoving(webhook, ports))
  if (marked === 'corrupt') return removeCorrupt(webhook, ports)
  await removeFolder(deliveriesFolder(webhook, marked.webhookId), ports)
  // A concurrent removal may have finished already, and the name may have been registered again since.
  if ((await findWebhook(webhook, ports))?.value.webhookId === marked.webhookId)
    await ports.objects.remove([webhookKey(webhook)])
}

async function markRemoving(
  webhook: string,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<{ readonly webhookId: string } | 'corrupt' | typeof CONFLICT> {
  if (await isCorrupt(findWebhook(webhook, ports))) return 'corrupt'
  const found = await findWebhook(webhook, ports)
  if (!found) throw noWebhook(webhook)
  if (found.value.removing) return found.value
  const isMarked = await replaceState(ports, webhookKey(webhook), found.etag, { ...found.value, removing: true })
  return isMarked ? found.value : CONFLICT
}

/** The id of a corrupt webhook is unknown, so the deliveries of all webhooks of that name are removed. */
async function removeCorrupt(webhook: string, ports: Pick<Ports, 'objects'>): Promise<void> {
  const isStillCurrent = () => isCorrupt(findWebhook(webhook, ports))
  await removeFolder(deliveriesUnder(webhook), ports, { isStillCurrent })
  if (await isStillCurrent()) await ports.objects.remove([webhookKey(webhook)])
}
