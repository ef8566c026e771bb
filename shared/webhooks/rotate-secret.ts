import { QuotaReachedError } from '../contracts/errors.ts'
import type { Ports } from '../platform/ports.ts'
import { newSecret } from './secret.ts'
import { updateWebhook } from './store.ts'
import { signingSecrets, toWebhookView, type WebhookState, type WebhookWithSecret } from './webhook.ts'

const OVERLAP_MILLISECONDS = 24 * 3600 * 1000
const MOST_SECRETS = 5

/**
 * Gives a webhook a new secret. The old one signs beside it for 24 hours, in which receivers may change over.
 * @throws AppError `not-found`; `quota-reached` when five sign already
 */
export async function rotateSecret(webhook: string, ports: Ports): Promise<WebhookWithSecret> {
  const now = ports.now()
  const secret = newSecret()
  const state = await updateWebhook(webhook, (standing) => withSecret(webhook, standing, secret, now), ports)
  return { ...toWebhookView(webhook, state, now), secret }
}

/** The state with a new secret before the others, of which the last gets an end. Pure. */
function withSecret(webhook: string, state: WebhookState, secret: string, now: Date): WebhookState {
  const signing = signingSecrets(state, now)
  if (signing.length >= MOST_SECRETS) throw tooManySecrets(webhook, signing.at(-1)?.until, now)
  const until = new Date(now.getTime() + OVERLAP_MILLISECONDS).toISOString()
  const previous = signing.map((one) => (one.until === undefined ? { ...one, until } : one))
  return { ...state, secrets: [{ secret, createdAt: now.toISOString() }, ...previous] }
}

function tooManySecrets(webhook: string, until: string | undefined, now: Date): QuotaReachedError {
  const seconds = until === undefined ? undefined : Math.ceil((Date.parse(until) - now.getTime()) / 1000)
  return new QuotaReachedError(`"${webhook}" signs with ${MOST_SECRETS} secrets already; wait until ${until}.`, seconds)
}
