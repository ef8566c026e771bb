import pLimit from 'p-limit'
import { EVENTS_FOLDER, readEvent } from '../../shared/events/stored-event.ts'
import type { Ports } from '../../shared/platform/ports.ts'
import { skipCorrupt } from '../../shared/platform/state/corrupt-state.ts'
import { EventMessage } from '../../shared/platform/state/domain-event.ts'
import { listingPages } from '../../shared/platform/storage/listing-pages.ts'
import type { DeliveryMessage } from '../../shared/webhooks/delivery.ts'
import { readDelivery, toDeliveryMessage } from '../../shared/webhooks/delivery-store.ts'
import { removeWebhook } from '../../shared/webhooks/remove.ts'
import { sendDeliveries } from '../../shared/webhooks/send-delivery.ts'
import { deliveriesFolder, findWebhook, webhookNames } from '../../shared/webhooks/store.ts'

const IN_FLIGHT = 16

/**
 * Enqueues undispatched events and pending webhook deliveries again, and finishes the removal of webhooks. The local
 * queues are in memory, so their messages are lost when the stack stops.
 */
export async function resumeDeliveries(ports: Ports): Promise<void> {
  await resendPending(
    EVENTS_FOLDER,
    (id) => findUndispatched(id, ports),
    (events) => ports.messages.send('events', events),
    ports,
  )
  for (const webhook of await webhookNames(ports)) {
    const state = (await skipCorrupt(findWebhook(webhook, ports), ports))?.value
    if (!state) continue
    if (state.removing) {
      await removeWebhook(webhook, ports)
      continue
    }
    const { webhookId } = state
    const read = (delivery: string) => findPending({ webhook, webhookId, delivery }, ports)
    const send = (messages: readonly DeliveryMessage[]) => sendDeliveries(messages, ports)
    await resendPending(deliveriesFolder(webhook, webhookId), read, send, ports)
  }
}

/** Reads the objects of a folder, page by page, and sends the messages that `read` returns for them. */
export async function resendPending<Message>(
  folder: string,
  read: (name: string) => Promise<Message | undefined>,
  send: (messages: readonly Message[]) => Promise<void>,
  ports: Ports,
): Promise<void> {
  const limit = pLimit(IN_FLIGHT)
  for await (const { objects } of listingPages(ports, folder)) {
    const names = objects.map(({ key }) => key.slice(folder.length).replace(/\.json$/, ''))
    const messages = await Promise.all(names.map((name) => limit(() => read(name))))
    await send(messages.filter((message) => message !== undefined))
  }
}

async function findUndispatched(id: string, ports: Ports): Promise<EventMessage | undefined> {
  const event = (await skipCorrupt(readEvent(id, ports), ports))?.value
  if (!event || event.dispatchedAt !== undefined) return undefined
  // An event of a type that only a newer version knows stays for that version.
  return EventMessage.safeParse(event).data
}

async function findPending(
  ref: Parameters<typeof readDelivery>[0],
  ports: Ports,
): Promise<DeliveryMessage | undefined> {
  const state = (await skipCorrupt(readDelivery(ref, ports), ports))?.value
  return state?.state === 'pending' ? toDeliveryMessage(state) : undefined
}
