import * as z from 'zod'
import { fromCursor, invalidCursor, type Page, PageQuery } from '../contracts/page.ts'
import type { Ports } from '../platform/ports.ts'
import { readOrUnreadable } from '../platform/state/corrupt-state.ts'
import { listNames, toRecordNames } from '../platform/storage/list-names.ts'
import { readPage } from '../platform/storage/read-page.ts'
import { DELIVERY_STATES, DeliveryId, type DeliveryItem, type DeliveryView } from './delivery.ts'
import { readDelivery } from './delivery-store.ts'
import { toDeliveryView } from './describe-delivery.ts'
import { deliveriesFolder, getWebhook } from './store.ts'
import type { WebhookState } from './webhook.ts'

/** The query of `GET /v1/webhooks/{webhook}/deliveries`. */
export const DeliveryQuery = PageQuery.extend({
  state: z
    .enum([...DELIVERY_STATES, 'unreadable'])
    .optional()
    .describe('Only deliveries in this state'),
})
type DeliveryQuery = z.infer<typeof DeliveryQuery>

/**
 * Returns a page of a webhook's deliveries, newest events first. Filtered by state, a page may be short or empty
 * without being the last one. A delivery that cannot be read has the state `unreadable`.
 * @throws AppError `not-found`
 */
export async function listDeliveries(
  webhook: string,
  { limit, cursor, state }: DeliveryQuery,
  ports: Pick<Ports, 'objects' | 'now'>,
): Promise<Page<DeliveryItem>> {
  const current = await getWebhook(webhook, ports)
  const { webhookId } = current
  const folder = deliveriesFolder(webhook, webhookId)
  const after = fromCursor(cursor)
  if (after !== undefined && !DeliveryId.safeParse(after).success) throw invalidCursor()
  const { names, isMore } = await listNames(
    (from = folder) => ports.objects.list(folder, { limit, after: from }),
    (page) => toRecordNames(page, folder, DeliveryId),
    after && `${folder}${after}.json`,
  )
  return readPage<DeliveryItem>(names, isMore, {
    read: async (delivery) => {
      const item = await readOrUnreadable(findView({ webhook, webhookId, delivery }, current, ports))
      return item && (state === undefined || item.state === state) ? { delivery, ...item } : undefined
    },
    replace: (delivery, unreadable) => ({ delivery, ...unreadable }),
  })
}

async function findView(
  ref: Parameters<typeof readDelivery>[0],
  webhook: WebhookState,
  ports: Pick<Ports, 'objects' | 'now'>,
): Promise<DeliveryView | undefined> {
  const found = await readDelivery(ref, ports)
  return found && toDeliveryView(found.value, webhook, ports.now())
}
