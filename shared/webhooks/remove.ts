import type { Ports } from '../platform/ports.ts'
import { isCorrupt, replaceState } from '../platform/state/record.ts'
import { removeFolder } from '../platform/storage/remove-folder.ts'
import { deliveriesFolder, deliveriesUnder, findWebhook, noWebhook, webhookKey } from './store.ts'

/**
 * Removes a webhook with all its deliveries: from the first write on it is not called any more. Its own state goes last,
 * so that it can be gone on with at any point. One that is spoilt goes as well. @throws AppError `not-found`
 */
export async function removeWebhook(webhook: string, ports: Ports): Promise<void> {
  if (await isCorrupt(findWebhook(webhook, ports))) return removeSpoilt(webhook, ports)
  const found = await findWebhook(webhook, ports)
  if (!found) throw noWebhook(webhook)
  const { webhookId, removing } = found.value
  const isMarked =
    removing || (await replaceState(ports, webhookKey(webhook), found.etag, { ...found.value, removing: true }))
  if (!isMarked) return removeWebhook(webhook, ports)
  await removeFolder(deliveriesFolder(webhook, webhookId), ports)
  // Where two do so, the slower one must not take away a webhook that was registered anew since.
  if ((await findWebhook(webhook, ports))?.value.webhookId === webhookId)
    await ports.objects.remove([webhookKey(webhook)])
}

/** What does not tell its id may have deliveries under any. */
async function removeSpoilt(webhook: string, ports: Ports): Promise<void> {
  const isStillCurrent = () => isCorrupt(findWebhook(webhook, ports))
  await removeFolder(deliveriesUnder(webhook), ports, { isStillCurrent })
  if (await isStillCurrent()) await ports.objects.remove([webhookKey(webhook)])
}
