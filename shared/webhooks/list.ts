import { fromCursor, type Page, type PageRequest, readItems, toCursor } from '../page.ts'
import type { Ports } from '../ports.ts'
import { findWebhook, webhookNames } from './store.ts'
import { viewOf, type WebhookView } from './webhook.ts'

/** A page of webhooks, sorted by name. */
export async function listWebhooks({ limit, cursor }: PageRequest, ports: Ports): Promise<Page<WebhookView>> {
  const after = fromCursor(cursor) ?? ''
  const names = (await webhookNames(ports)).filter((name) => name > after)
  const { items, reached } = await readItems(names.slice(0, limit), async (name) => {
    const found = await findWebhook(name, ports)
    return found && !found.value.removing ? viewOf(name, found.value, ports.now()) : undefined
  })
  const last = names[reached - 1]
  return { items, ...(last !== undefined && reached < names.length && { nextCursor: toCursor(last) }) }
}
