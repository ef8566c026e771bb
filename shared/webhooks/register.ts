import { AppError, QuotaReachedError } from '../contracts/errors.ts'
import { assertSameRequest } from '../platform/http/assert-same-request.ts'
import { parseOutboundUrl, redactUrl } from '../platform/outbound/outbound-url.ts'
import type { Ports } from '../platform/ports.ts'
import { createState } from '../platform/state/record.ts'
import { newSecret } from './secret.ts'
import { findWebhook, webhookKey, webhookNames } from './store.ts'
import {
  toWebhookView,
  type WebhookRequest,
  type WebhookState,
  type WebhookView,
  type WebhookWithSecret,
} from './webhook.ts'

/** Each event looks at all of them. Those who register many at once may come to some more. */
const MOST_WEBHOOKS = 100

/**
 * Registers a webhook. Its secret is told to who makes it, and never again.
 * @throws AppError `conflict` when another webhook has the name, `wrong-state` when that is being removed, `bad-source`
 *   when the URL may not be called, `quota-reached`
 */
export async function registerWebhook(
  webhook: string,
  asked: WebhookRequest,
  { validateOnly }: { readonly validateOnly: boolean },
  ports: Ports,
): Promise<{ readonly created: WebhookWithSecret } | { readonly view: WebhookView }> {
  const request = { ...asked, url: checkedUrl(asked.url, ports) }
  const found = await findWebhook(webhook, ports)
  if (found) return { view: sameAgain(webhook, request, found.value, ports) }
  await refuseTooMany(ports)
  const createdAt = ports.now().toISOString()
  const secret = newSecret()
  const state: WebhookState = { webhookId: ports.newId(), ...request, secrets: [{ secret, createdAt }], createdAt }
  const view = toWebhookView(webhook, state, ports.now())
  if (validateOnly) return { view }
  if (await createState(ports, webhookKey(webhook), state)) return { created: { ...view, secret } }
  return registerWebhook(webhook, request, { validateOnly }, ports)
}

/** A URL as it is kept, which is the same however it was spelled. */
function checkedUrl(text: string, { config }: Ports): string {
  try {
    return hrefOf(parseOutboundUrl(text, config.allowLoopback))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, `body.url: ${error.message}`, [{ at: 'body.url', message: error.message }])
  }
}

function hrefOf(url: URL): string {
  if (!url.href.includes('#')) return url.href
  throw new AppError(
    'bad-source',
    `"${redactUrl(url)}" has a fragment, which is never sent; leave it out, from "#" on.`,
  )
}

async function refuseTooMany(ports: Ports): Promise<void> {
  const { length } = await webhookNames(ports)
  if (length >= MOST_WEBHOOKS)
    throw new QuotaReachedError(`There are ${length} webhooks; from ${MOST_WEBHOOKS} on no other is registered.`)
}

/** The order of types says nothing. */
function sameAgain(webhook: string, { url, events }: WebhookRequest, state: WebhookState, ports: Ports): WebhookView {
  if (state.removing) {
    const hint = `DELETE /v1/webhooks/${webhook} goes on where it had stopped`
    throw new AppError('wrong-state', `"${webhook}" is being removed; ${hint}.`)
  }
  const taken = `Another webhook is registered as "${webhook}"; remove it first, or choose another name.`
  const standing = { url: state.url, events: state.events.toSorted() }
  assertSameRequest(standing, { url, events: events.toSorted() }, taken)
  return toWebhookView(webhook, state, ports.now())
}
