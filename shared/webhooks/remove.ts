import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import { removeState, replaceState, type State } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { removeFolder } from '../platform/storage/remove-folder.ts'
import { deliveriesUnder, findWebhook, noWebhook, webhookRef } from './store.ts'
import type { WebhookState } from './webhook.ts'

/** A webhook to remove: its state, or the version of it that cannot be read. */
type Doomed = State<WebhookState> | CorruptStateError

/**
 * Removes a webhook and its deliveries, and those of earlier webhooks of its name. It is marked first, and gets no more deliveries from then on; its state is
 * removed last, so that a repeated call can resume a removal that was interrupted. A webhook in corrupt state is
 * removed as well.
 * @throws AppError `not-found`
 */
export async function removeWebhook(webhook: string, ports: Pick<Ports, 'objects' | 'newId'>): Promise<void> {
  const doomed = await retryOnConflict(webhookRef(webhook).key, () => markRemoving(webhook, ports))
  if (doomed instanceof CorruptStateError) return removeCorrupt(webhook, doomed, ports)
  const { webhookId } = doomed.value
  // Deliveries of earlier webhooks of that name are left when the state of one is lost.
  const isStillCurrent = async (): Promise<boolean> =>
    (await findWebhook(webhook, ports))?.value.webhookId === webhookId
  await removeFolder(deliveriesUnder(webhook), ports, { isStillCurrent })
  // A concurrent removal may have finished already, and the name may have been registered again since.
  const current = await findWebhook(webhook, ports)
  if (current?.value.webhookId === webhookId) await removeState(webhookRef(webhook), current, ports)
}

async function markRemoving(
  webhook: string,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<Doomed | typeof CONFLICT> {
  const found = await readOrCorrupt(findWebhook(webhook, ports))
  if (!found) throw noWebhook(webhook)
  if (found instanceof CorruptStateError || found.value.removing) return found
  const isMarked = await replaceState(webhookRef(webhook), found, { ...found.value, removing: true }, ports)
  return isMarked ? found : CONFLICT
}

/** The id of a corrupt webhook is unknown, so the deliveries of all webhooks of that name are removed. */
async function removeCorrupt(
  webhook: string,
  { etag = '' }: CorruptStateError,
  ports: Pick<Ports, 'objects'>,
): Promise<void> {
  const isStillCurrent = async (): Promise<boolean> => {
    const current = await readOrCorrupt(findWebhook(webhook, ports))
    return current instanceof CorruptStateError && current.etag === etag
  }
  await removeFolder(deliveriesUnder(webhook), ports, { isStillCurrent })
  await removeState(webhookRef(webhook), { etag }, ports)
}
