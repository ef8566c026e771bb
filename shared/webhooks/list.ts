import { fromCursor, type Page, type PageRequest, readItems, toCursor } from '../page.ts'
import type { Ports } from '../ports.ts'
import { findStanding, webhookNames } from './store.ts'
import { viewOf, type WebhookView } from './webhook.ts'

/** A page of webhooks, sorted by name. */
export async function listWebhooks({ limit, cursor }: PageRequest, ports: Ports): Promise<Page<WebhookView>> {
  const after = fromCursor(cursor) ?? ''
  const names = (await webhookNames(ports)).filter((name) => name > after)
  const { items, reached } = await readItems(names.slice(0, limit), async (name) => {
    const state = await findStanding(name, ports)
    return state && viewOf(name, state, ports.now())
  })
  const last = names[reached - 1]
  return { items, ...(last !== undefined && reached < names.length && { nextCursor: toCursor(last) }) }
}
