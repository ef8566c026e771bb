import { QuotaReachedError } from '../contracts/errors.ts'
import type { Ports } from '../platform/ports.ts'
import { newSecret } from './secret.ts'
import { updateWebhook } from './store.ts'
import { signingSecrets, toWebhookView, type WebhookState, type WebhookWithSecret } from './webhook.ts'

export const OVERLAP_MILLISECONDS = 24 * 3600 * 1000
export const MAX_SECRETS = 5

/**
 * Adds a new signing secret to a webhook. Previous secrets keep signing for 24 hours, so that receivers can switch
 * over.
 * @throws AppError `not-found`; `quota-reached` when five secrets are signing already
 */
export async function rotateSecret(
  webhook: string,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<WebhookWithSecret> {
  const now = ports.now()
  const secret = newSecret()
  const state = await updateWebhook(webhook, (current) => withSecret(webhook, current, secret, now), ports)
  return { ...toWebhookView(webhook, state, now), secret }
}

/** Returns the state with a new secret first; the previous one expires after the overlap. Pure. */
function withSecret(webhook: string, state: WebhookState, secret: string, now: Date): WebhookState {
  const signing = signingSecrets(state, now)
  if (signing.length >= MAX_SECRETS) throw toQuotaError(webhook, signing.at(-1)?.until, now)
  const until = new Date(now.getTime() + OVERLAP_MILLISECONDS).toISOString()
  const previous = signing.map((signer) => (signer.until === undefined ? { ...signer, until } : signer))
  return { ...state, secrets: [{ secret, createdAt: now.toISOString() }, ...previous] }
}

function toQuotaError(webhook: string, until: string | undefined, now: Date): QuotaReachedError {
  const seconds = until === undefined ? undefined : Math.ceil((Date.parse(until) - now.getTime()) / 1000)
  return new QuotaReachedError(
    `Webhook "${webhook}" already has ${MAX_SECRETS} active secrets; retry after ${until}.`,
    seconds,
  )
}
