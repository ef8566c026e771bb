import { AppError } from '../contracts/errors.ts'
import type { Ports } from '../platform/ports.ts'
import { updateWebhook } from './store.ts'
import { toWebhookView, type WebhookState, type WebhookView, whyDisabled } from './webhook.ts'

/**
 * Enables a disabled webhook. Deliveries that were stopped stay so, and can be redelivered.
 * @throws AppError `not-found`
 */
export async function enableWebhook(
  webhook: string,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<WebhookView> {
  const withoutDisabled = ({ disabled, ...state }: WebhookState) => (disabled ? state : undefined)
  return toWebhookView(webhook, await updateWebhook(webhook, withoutDisabled, ports), ports.now())
}

/** Disables a webhook. Does nothing if the name now belongs to another webhook. */
export async function disableWebhook(
  webhook: string,
  webhookId: string,
  reason: string,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<void> {
  const at = ports.now().toISOString()
  const withDisabled = (state: WebhookState): WebhookState | undefined =>
    state.disabled || state.webhookId !== webhookId
      ? undefined
      : { ...state, disabled: { at, reason }, stoppedAt: at, timesDisabled: (state.timesDisabled ?? 0) + 1 }
  await updateWebhook(webhook, withDisabled, ports).catch((error: unknown) => {
    // The webhook was removed in the meantime.
    if (!(error instanceof AppError) || error.code !== 'not-found') throw error
  })
}

/** Checks that a webhook is enabled. @throws AppError `wrong-state` */
export function assertEnabled(webhook: string, state: WebhookState, now: Date): void {
  const disabled = whyDisabled(state, now)
  if (!disabled) return
  const hint = state.disabled ? ` Enable it with POST /v1/webhooks/${webhook}/enable.` : ''
  throw new AppError('wrong-state', `Webhook "${webhook}" is disabled: ${disabled.reason}${hint}`)
}
