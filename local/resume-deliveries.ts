import pLimit from 'p-limit'
import { listingPages } from '../shared/listing-pages.ts'
import type { Ports } from '../shared/ports.ts'
import type { DeliveryMessage } from '../shared/webhooks/delivery.ts'
import { messageOf, readDelivery } from '../shared/webhooks/delivery-store.ts'
import { sendDeliveries } from '../shared/webhooks/send-delivery.ts'
import { deliveriesFolder, findWebhook, webhookNames } from '../shared/webhooks/store.ts'

const IN_FLIGHT = 16

/** Queues on this machine forget what waits in them when they stop: sends on again what was on its way to a webhook. */
export async function resumeDeliveries(ports: Ports): Promise<void> {
  for (const webhook of await webhookNames(ports)) {
    const state = (await findWebhook(webhook, ports))?.value
    if (state) await resumeThoseOf(webhook, state.webhookId, ports)
  }
}

async function resumeThoseOf(webhook: string, webhookId: string, ports: Ports): Promise<void> {
  const folder = deliveriesFolder(webhook, webhookId)
  const limit = pLimit(IN_FLIGHT)
  const read = async (key: string): Promise<DeliveryMessage[]> => {
    const delivery = key.slice(folder.length).replace(/\.json$/, '')
    const state = (await readDelivery({ webhook, webhookId, delivery }, ports))?.value
    return state?.state === 'pending' ? [messageOf(state)] : []
  }
  for await (const { objects } of listingPages(ports, folder)) {
    const messages = await Promise.all(objects.map(({ key }) => limit(() => read(key))))
    await sendDeliveries(messages.flat(), ports)
  }
}
