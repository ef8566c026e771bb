import { fromCursor, type Page, type PageRequest } from '../contracts/page.ts'
import type { Ports } from '../platform/ports.ts'
import { readOrUnreadable } from '../platform/state/corrupt-state.ts'
import { readPage } from '../platform/storage/read-page.ts'
import { findCurrent, webhookNames } from './store.ts'
import { toWebhookView, type WebhookItem, type WebhookView } from './webhook.ts'

const findView = async (webhook: string, ports: Pick<Ports, 'objects' | 'now'>): Promise<WebhookView | undefined> => {
  const state = await findCurrent(webhook, ports)
  return state && toWebhookView(webhook, state, ports.now())
}

/** Returns a page of webhooks, sorted by name. One that cannot be read is shown as unreadable. */
export async function listWebhooks(
  { limit, cursor }: PageRequest,
  ports: Pick<Ports, 'objects' | 'now'>,
): Promise<Page<WebhookItem>> {
  const after = fromCursor(cursor) ?? ''
  const names = (await webhookNames(ports)).filter((name) => name > after)
  return readPage<WebhookItem>(names.slice(0, limit), names.length > limit, {
    read: async (name) => {
      const item = await readOrUnreadable(findView(name, ports))
      return item && { webhook: name, ...item }
    },
    replace: (webhook, unreadable) => ({ webhook, ...unreadable }),
  })
}
