import { AppError, QuotaReachedError } from '../contracts/errors.ts'
import { assertSameRequest } from '../platform/http/assert-same-request.ts'
import { parseOutboundUrl, redactUrl } from '../platform/outbound/outbound-url.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import { createState } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { newSecret } from './secret.ts'
import { findWebhook, webhookNames, webhookRef } from './store.ts'
import {
  toWebhookView,
  type WebhookRequest,
  type WebhookState,
  type WebhookView,
  type WebhookWithSecret,
} from './webhook.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'now' | 'newId'>

/** Each event reads all webhooks. Concurrent registrations may exceed this a little. */
export const MAX_WEBHOOKS = 100

type Registration = { readonly created: WebhookWithSecret } | { readonly view: WebhookView }

/**
 * Registers a webhook. Only the call that creates it returns its secret.
 * @throws AppError `conflict` when another webhook has the name, `wrong-state` when that one is being removed,
 *   `bad-source` when the URL is not allowed, `quota-reached`, `corrupt-state` when the webhook of that name cannot be read
 */
export function registerWebhook(
  webhook: string,
  request: WebhookRequest,
  { validateOnly }: { readonly validateOnly: boolean },
  ports: Needs,
): Promise<Registration> {
  return retryOnConflict(webhookRef(webhook).key, async () => {
    const normalized = { ...request, url: normalizeUrl(request.url, ports) }
    const existing = await readOrCorrupt(findWebhook(webhook, ports))
    if (existing instanceof CorruptStateError) throw toRepairError(webhook, existing)
    if (existing) return { view: viewExisting(webhook, normalized, existing.value, ports) }
    await assertQuota(ports)
    const state = newWebhook(normalized, ports)
    const view = toWebhookView(webhook, state, ports.now())
    if (validateOnly) return { view }
    if (!(await createState(webhookRef(webhook), state, ports))) return CONFLICT
    return { created: { ...view, secret: state.secrets[0].secret } }
  })
}

/** The secret of a webhook that cannot be read is lost to its receiver too, so it is not replaced without being asked. */
function toRepairError(webhook: string, { message }: CorruptStateError): AppError {
  const hint = `DELETE /v1/webhooks/${webhook} removes it; then it can be registered again, with a new secret`
  return new AppError('corrupt-state', `${message} ${hint}.`)
}

function newWebhook(request: WebhookRequest, { newId, now }: Pick<Ports, 'now' | 'newId'>) {
  const createdAt = now().toISOString()
  const secrets: [WebhookState['secrets'][number]] = [{ secret: newSecret(), createdAt }]
  return { webhookId: newId(), ...request, secrets, createdAt } satisfies WebhookState
}

/** Returns the URL as it is stored: the same for all spellings. */
function normalizeUrl(text: string, { config }: Pick<Ports, 'config'>): string {
  try {
    const url = parseOutboundUrl(text, config.allowLoopback)
    if (!url.href.includes('#')) return url.href
    throw new AppError('bad-source', `"${redactUrl(url)}" must not have a fragment ("#…"), which is never sent.`)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, `body.url: ${error.message}`, [{ at: 'body.url', message: error.message }])
  }
}

async function assertQuota(ports: Pick<Ports, 'objects'>): Promise<void> {
  const { length } = await webhookNames(ports)
  if (length >= MAX_WEBHOOKS)
    throw new QuotaReachedError(`There are ${length} webhooks already (limit: ${MAX_WEBHOOKS}); remove one first.`)
}

/** Checks that a repeated request equals the first one; the order of event types does not matter. */
function viewExisting(
  webhook: string,
  { url, events }: WebhookRequest,
  state: WebhookState,
  ports: Pick<Ports, 'now'>,
): WebhookView {
  if (state.removing) {
    const hint = `repeat DELETE /v1/webhooks/${webhook} to complete that`
    throw new AppError('wrong-state', `Webhook "${webhook}" is being removed; ${hint}.`)
  }
  const taken = `Webhook "${webhook}" exists with other settings; remove it first or choose another name.`
  const existing = { url: state.url, events: state.events.toSorted() }
  assertSameRequest(existing, { url, events: events.toSorted() }, taken)
  return toWebhookView(webhook, state, ports.now())
}
