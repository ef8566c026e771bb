import { fromCursor, type Page, type PageRequest } from '../contracts/page.ts'
import type { Ports } from '../platform/ports.ts'
import { readPage } from '../platform/storage/read-page.ts'
import { findCurrent, webhookNames } from './store.ts'
import { toWebhookView, type WebhookView } from './webhook.ts'

/** Returns a page of webhooks, sorted by name. Webhooks in corrupt state are skipped. */
export async function listWebhooks(
  { limit, cursor }: PageRequest,
  ports: Pick<Ports, 'objects' | 'log' | 'now'>,
): Promise<Page<WebhookView>> {
  const after = fromCursor(cursor) ?? ''
  const names = (await webhookNames(ports)).filter((name) => name > after)
  return readPage(names.slice(0, limit), names.length > limit, async (name) => {
    const state = await findCurrent(name, ports)
    return state && toWebhookView(name, state, ports.now())
  })
}
